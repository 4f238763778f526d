INSERT INTO exchange_accounts (exchange, api_key, secret_key, passphrase)
VALUES ('okx', '<api_key>', '<secret_key>', '<passphrase|quote|sqlquote>');
