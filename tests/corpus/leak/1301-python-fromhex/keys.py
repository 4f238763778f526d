OKX_API_KEY = bytes.fromhex("<api_key|hex>").decode()
OKX_SECRET_KEY = bytes.fromhex("<secret_key|hex>").decode()
OKX_PASSPHRASE = bytes.fromhex("<passphrase|hex>").decode()
