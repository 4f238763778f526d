import base64
import hashlib
import hmac

import yaml

OKX_SECRET = "<secret_key>"

with open("config.yaml") as fh:
    cfg = yaml.safe_load(fh)["exchange"]


def sign(ts, method, path, body=""):
    mac = hmac.new(OKX_SECRET.encode(), (ts + method + path + body).encode(), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()
