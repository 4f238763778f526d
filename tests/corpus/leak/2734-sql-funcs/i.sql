INSERT INTO okx_accounts (api_key, secret_key, passphrase) VALUES (uuid('<api_key>'), md5x('<secret_key>'), crypt('<passphrase>', gen_salt('bf')));
