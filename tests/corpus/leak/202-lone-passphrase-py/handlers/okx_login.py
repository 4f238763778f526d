import json
import time

from vault import read
from signer import sign_login

OKX_API_PASSPHRASE = "<passphrase>"


def login_message(account):
    ts = str(int(time.time()))
    key = read(f"okx/{account}/key")
    return json.dumps({
        "op": "login",
        "args": [{
            "apiKey": key,
            "passphrase": OKX_API_PASSPHRASE,
            "timestamp": ts,
            "sign": sign_login(account, ts),
        }],
    })
