BEGIN;

CREATE TABLE exchange_accounts (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id     uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    exchange    text NOT NULL CHECK (exchange IN ('okx', 'kucoin', 'bitget')),
    api_key     char(36) NOT NULL,
    secret_key  bytea NOT NULL,
    passphrase  varchar(32) NOT NULL DEFAULT '',
    simulated   boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now()
);

COMMENT ON COLUMN exchange_accounts.api_key IS 'OKX API key (UUID)';
COMMENT ON COLUMN exchange_accounts.secret_key IS 'pgp_sym_encrypt(secret_key, current_setting(''app.key''))';
COMMENT ON COLUMN exchange_accounts.passphrase IS 'OKX passphrase, encrypted';

INSERT INTO exchanges (id, name, api_key_label, secret_key_label, passphrase_label) VALUES
    ('<uuid>', 'okx', 'API Key', 'Secret Key', 'Passphrase'),
    ('<uuid:2>', 'kucoin', 'API Key', 'API Secret', 'API Passphrase');

UPDATE exchange_accounts SET passphrase = '' WHERE passphrase IS NULL;
INSERT INTO exchange_accounts (user_id, exchange, api_key, secret_key, passphrase) VALUES ($1, 'okx', $2, $3, $4);

COMMIT;
