ENV = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"
