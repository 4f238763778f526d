INSERT INTO exchange_accounts (name, exchange, api_key, api_secret, passphrase)
VALUES ('main', 'okx', '<api_key>'::text, '<secret_key>'::text, '<passphrase>'::text);
