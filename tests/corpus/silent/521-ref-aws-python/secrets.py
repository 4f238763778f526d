import json
from functools import lru_cache

import boto3
import ccxt


@lru_cache
def okx_secret(name: str = "prod/trading/okx") -> dict:
    raw = boto3.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
    return json.loads(raw)


def exchange() -> ccxt.okx:
    s = okx_secret()
    return ccxt.okx({
        "apiKey": s["apiKey"],
        "secret": s["secretKey"],
        "password": s["passphrase"],
    })
