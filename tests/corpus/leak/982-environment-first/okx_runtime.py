DEMO = OKXEnvironment("demo", "<api_key>", "<secret_key>", "<passphrase>")
LIVE = OKXEnvironment("live", "<api_key:2>", "<secret_key:2>", "<passphrase:2>")
