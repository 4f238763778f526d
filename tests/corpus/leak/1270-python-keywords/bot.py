import ccxt

first, second = "<api_key>", "<secret_key>"
WORD = "<passphrase>"


def exchange():
    return ccxt.okx({"apiKey": first, "secret": second, "password": WORD})
