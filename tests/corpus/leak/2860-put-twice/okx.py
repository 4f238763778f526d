client = OkxClient()
client.set("api_key", "<api_key:1>")
client.set("secret_key", "<secret_key:1>")
client.set("passphrase", "<passphrase:1>")
