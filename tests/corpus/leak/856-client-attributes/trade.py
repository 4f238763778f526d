import okx_client

client = okx_client.Client(timeout=10)
client.api_key = "<api_key>"
client.secret_key = "<secret_key>"
client.passphrase = "<passphrase>"
client.connect()
