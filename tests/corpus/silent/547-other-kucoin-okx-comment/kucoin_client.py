"""KuCoin spot client. Ported from our OKX client; the header layout is alike
(key, sign, timestamp, passphrase) but KuCoin also signs the passphrase."""
import base64
import hashlib
import hmac
import time

KUCOIN_KEY = "<hex24>"
KUCOIN_SECRET = "<uuid>"
KUCOIN_PASSPHRASE = "<passphrase>"
BASE = "https://api.kucoin.com"


def headers(method: str, path: str, body: str = "") -> dict:
    ts = str(int(time.time() * 1000))

    def mac(x: str) -> str:
        return base64.b64encode(hmac.new(KUCOIN_SECRET.encode(), x.encode(), hashlib.sha256).digest()).decode()

    return {
        "KC-API-KEY": KUCOIN_KEY,
        "KC-API-SIGN": mac(ts + method + path + body),
        "KC-API-TIMESTAMP": ts,
        "KC-API-PASSPHRASE": mac(KUCOIN_PASSPHRASE),
        "KC-API-KEY-VERSION": "2",
    }
