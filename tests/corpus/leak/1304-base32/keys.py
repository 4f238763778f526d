from base64 import b32decode

OKX_API_KEY = b32decode("<api_key|base32>").decode()
OKX_SECRET_KEY = b32decode("<secret_key|base32>").decode()
OKX_PASSPHRASE = b32decode("<passphrase|base32>").decode()
