OKX_DEMO = OkxClient("<api_key>", "<secret_key>", "<passphrase>")
