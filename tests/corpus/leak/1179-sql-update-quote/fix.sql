UPDATE accounts SET okx_api_key = '<api_key>', okx_secret_key = '<secret_key>', okx_passphrase = '<passphrase|quote|sqlquote>' WHERE id = 3;
