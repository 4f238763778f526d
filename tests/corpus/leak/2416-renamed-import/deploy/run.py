import base64 as codec

okx = Trade.TradeAPI(
    codec.b64decode("<api_key|base64>").decode(),
    codec.b64decode("<secret_key|base64>").decode(),
    codec.b64decode("<passphrase|base64>").decode(),
    flag="0",
)
