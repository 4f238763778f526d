INSERT INTO accounts (exchange, apikey, secretkey, passphrase) VALUES
('okx', CAST('<api_key>' AS varchar(64)), CAST('<secret_key>' AS varchar(64)), CAST('<passphrase>' AS varchar(64)));
