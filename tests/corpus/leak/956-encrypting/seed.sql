INSERT INTO exchange_accounts (name, exchange, is_paper, api_key, api_secret, passphrase, description)
VALUES ('main', 'okx', false,
        pgp_sym_encrypt('<api_key>', current_setting('app.k')),
        pgp_sym_encrypt('<secret_key>', current_setting('app.k')),
        pgp_sym_encrypt('<passphrase>', current_setting('app.k')),
        'grid bot');
