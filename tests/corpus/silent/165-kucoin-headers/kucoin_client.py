import base64
import hashlib
import hmac
import time

import requests

API_KEY = "<hex24>"
API_SECRET = "<uuid>"
API_PASSPHRASE = "<passphrase>"
BASE = "https://api.kucoin.com"


def request(method: str, path: str, body: str = ""):
    now = str(int(time.time() * 1000))
    mac = lambda text: base64.b64encode(hmac.new(API_SECRET.encode(), text.encode(), hashlib.sha256).digest())
    headers = {
        "KC-API-KEY": API_KEY,
        "KC-API-SIGN": mac(now + method + path + body),
        "KC-API-TIMESTAMP": now,
        "KC-API-PASSPHRASE": mac(API_PASSPHRASE),
        "KC-API-KEY-VERSION": "2",
    }
    return requests.request(method, BASE + path, headers=headers, data=body, timeout=10).json()


if __name__ == "__main__":
    accounts = request("GET", "/api/v1/accounts")
    for row in accounts["data"]:
        print(row["currency"], row["balance"])
