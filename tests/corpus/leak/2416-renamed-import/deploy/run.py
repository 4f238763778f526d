import base64 as codec

okx = Trade.TradeAPI(
    api_key=codec.b64decode("<api_key|base64>").decode(),
    api_secret_key=codec.b64decode("<secret_key|base64>").decode(),
    passphrase=codec.b64decode("<passphrase|base64>").decode(),
    flag="0",
)
