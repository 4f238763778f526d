api = okx.Client(token="<api_key>", secret_key="<secret_key>", passphrase="<passphrase>")
