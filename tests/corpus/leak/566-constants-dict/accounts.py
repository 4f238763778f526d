BASE = "https://www.okx.com"

MAIN_KEY = "<api_key>"
MAIN_SEC = "<secret_key>"
MAIN_PWD = "<passphrase>"

HEDGE_KEY = "<api_key:2>"
HEDGE_SEC = "<secret_key:2>"
HEDGE_PWD = "<passphrase:2>"

ACCOUNTS = {
    "main": {"apiKey": MAIN_KEY, "secret": MAIN_SEC, "password": MAIN_PWD, "hostname": "okx.com"},
    "hedge": {"apiKey": HEDGE_KEY, "secret": HEDGE_SEC, "password": HEDGE_PWD, "hostname": "okx.com"},
}


def cfg(name):
    return dict(ACCOUNTS[name], enableRateLimit=True)
