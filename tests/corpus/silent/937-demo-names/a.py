OKX_DEMO = OkxClient("demo-key", "demo-secret", "demo-passphrase")
