CREATE TABLE exchange_keys (
    id         INTEGER PRIMARY KEY,
    exchange   TEXT NOT NULL,
    api_key    TEXT,
    secret_key TEXT,
    passphrase TEXT
);

INSERT INTO exchange_keys (exchange, api_key, secret_key, passphrase) VALUES
  ('okx',    'FILL_ME_IN', 'FILL_ME_IN', 'FILL_ME_IN'),
  ('kucoin', NULL, NULL, NULL),
  ('bitget', '', '', '');
