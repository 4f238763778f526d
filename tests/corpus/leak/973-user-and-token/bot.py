exchange = OkxExchange(public="<api_key>", private="<secret_key>", passphrase="<passphrase>")
