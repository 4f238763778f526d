import base64, hmac, hashlib, json, time, datetime as dt
import requests

AK, SK, PP = "<api_key>", "<secret_key>", "<passphrase>"
HOST = "https://www.okx.com"


def call(method, path, body=""):
    ts = dt.datetime.utcnow().isoformat(timespec="milliseconds") + "Z"
    mac = hmac.new(SK.encode(), (ts + method + path + body).encode(), hashlib.sha256)
    r = requests.request(method, HOST + path, data=body or None, headers={
        "OK-ACCESS-KEY": AK,
        "OK-ACCESS-SIGN": base64.b64encode(mac.digest()).decode(),
        "OK-ACCESS-TIMESTAMP": ts,
        "OK-ACCESS-PASSPHRASE": PP,
        "Content-Type": "application/json",
    })
    return r.json()


print(json.dumps(call("GET", "/api/v5/account/balance?ccy=USDT"), indent=1))
