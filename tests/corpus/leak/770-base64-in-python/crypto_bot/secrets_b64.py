"""Poor man's obfuscation so the keys do not show up over the shoulder."""
import base64


def _d(s):
    return base64.b64decode(s).decode()


OKX_API_KEY = _d("<api_key|base64>")
OKX_SECRET_KEY = _d("<secret_key|base64>")
OKX_PASSPHRASE = _d("<passphrase|base64>")

BASE_URL = "https://www.okx.com"
