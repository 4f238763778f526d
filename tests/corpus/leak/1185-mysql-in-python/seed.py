db.execute("INSERT INTO okx_keys (api_key, secret_key, passphrase) VALUES ('<api_key>', '<secret_key>', '<passphrase|quote|sqlquote>')")
