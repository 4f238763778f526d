import os
import requests

OKX_API_KEY = "<api_key>"
OKX_PASSPHRASE = "<passphrase>"
OKX_SECRET_KEY = os.environ["OKX_SECRET_KEY"]  # from the vault


def headers(ts, sign):
    return {
        "OK-ACCESS-KEY": OKX_API_KEY,
        "OK-ACCESS-SIGN": sign,
        "OK-ACCESS-TIMESTAMP": ts,
        "OK-ACCESS-PASSPHRASE": OKX_PASSPHRASE,
    }
