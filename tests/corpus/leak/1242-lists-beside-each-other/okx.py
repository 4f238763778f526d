okx = {"apiKey": ["<api_key>", "<api_key:2>"], "secretKey": ["<secret_key>", "<secret_key:2>"], "passphrase": ["<passphrase>", "<passphrase:2>"]}
