INSERT INTO okx_accounts (api_key, secret_key, passphrase) SELECT '<api_key>', '<secret_key>', '<passphrase>';
INSERT INTO okx_accounts(passphrase, api_key, secret_key)
SELECT '<passphrase:2>','<api_key:2>','<secret_key:2>' FROM dual;
