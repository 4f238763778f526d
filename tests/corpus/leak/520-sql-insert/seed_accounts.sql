-- migrations/0014_seed_accounts.sql
BEGIN;

CREATE TABLE IF NOT EXISTS exchange_account (
    id          SERIAL PRIMARY KEY,
    owner       TEXT NOT NULL,
    exchange    TEXT NOT NULL,
    api_key     TEXT NOT NULL,
    api_secret  TEXT NOT NULL,
    passphrase  TEXT,
    created_at  TIMESTAMPTZ DEFAULT now()
);

INSERT INTO exchange_account (owner, exchange, api_key, api_secret, passphrase) VALUES
  ('marta',  'binance', '<alnum64>', '<alnum64:2>', NULL),
  ('marta',  'okx',     '<api_key>', '<secret_key>', '<passphrase>'),
  ('tobias', 'okx',     '<api_key:2>', '<secret_key:2>', '<passphrase:2>'),
  ('tobias', 'bybit',   '<alnum18>', '<alnum36>', NULL);

COMMIT;
