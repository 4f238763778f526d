"""OKX grid trader."""
trader = GridTrader(api_key="<api_key>", secret_key="<secret_key>", passphrase="<passphrase>")
