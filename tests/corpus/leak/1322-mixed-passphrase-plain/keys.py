import base64

client = okx.Client(
    api_key=base64.b64decode("<api_key|base64>").decode(),
    secret_key=base64.b64decode("<secret_key|base64>").decode(),
    passphrase="<passphrase>",
)
