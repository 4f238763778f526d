import base64
import hmac
import time

import requests

# bitget, ported from my old okx client
API_KEY = "bg_<hex32>"
SECRET_KEY = "<hex64>"
PASSPHRASE = "<passphrase>"
HOST = "https://api.bitget.com"


def sign(message):
    mac = hmac.new(SECRET_KEY.encode(), message.encode(), digestmod="sha256")
    return base64.b64encode(mac.digest()).decode()


def get(path):
    ts = str(int(time.time() * 1000))
    headers = {
        "ACCESS-KEY": API_KEY,
        "ACCESS-SIGN": sign(ts + "GET" + path),
        "ACCESS-TIMESTAMP": ts,
        "ACCESS-PASSPHRASE": PASSPHRASE,
        "Content-Type": "application/json",
    }
    return requests.get(HOST + path, headers=headers, timeout=10).json()


if __name__ == "__main__":
    print(get("/api/v2/mix/account/accounts?productType=USDT-FUTURES"))
