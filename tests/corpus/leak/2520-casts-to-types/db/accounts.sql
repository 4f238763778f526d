UPDATE okx_accounts SET api_key=CAST('<api_key>' AS uuid), secret_key='<secret_key>', passphrase='<passphrase>' WHERE id=1;
INSERT INTO okx_accounts (api_key, secret_key, passphrase) VALUES
  (CAST('<api_key:2>' AS UNIQUEIDENTIFIER), CAST('<secret_key:2>' AS text), CAST('<passphrase:2>' AS text));
