INSERT INTO accounts (exchange, api_key, secret_key, passphrase) VALUES
 ('okx', '<api_key>'::varchar, encrypt('<secret_key>'::bytea, 'k'), lower('<passphrase>')),
 ('okx', '<api_key:2>'::varchar, encrypt('<secret_key:2>'::bytea, 'k'), lower('<passphrase:2>'));
