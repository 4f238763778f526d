CREATE TABLE binance_keys (api_key varchar(64), api_secret varchar(64), passphrase varchar(64));
