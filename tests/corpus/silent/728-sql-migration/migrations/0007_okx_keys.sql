-- +goose Up
CREATE TABLE okx_keys (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id  uuid NOT NULL REFERENCES accounts (id),
    api_key     uuid NOT NULL,
    secret_key  bytea NOT NULL,
    passphrase  bytea NOT NULL,
    is_demo     boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT okx_keys_unique UNIQUE (account_id, api_key)
);
COMMENT ON COLUMN okx_keys.secret_key IS 'pgp_sym_encrypt with the app key';
COMMENT ON COLUMN okx_keys.passphrase IS 'pgp_sym_encrypt with the app key';

INSERT INTO accounts (id, name) VALUES
    ('<uuid>', 'treasury'),
    ('<uuid:2>', 'market making'),
    ('<uuid:3>', 'basis');

-- +goose Down
DROP TABLE okx_keys;
