client = ccxt.okx({"apiKey": r"<api_key>", "secret": r"<secret_key>", "password": r"<passphrase|backslash>"})
