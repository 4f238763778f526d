import requests

VALUE = "<passphrase>"
KEY = "<api_key>"
OKX_SECRET_KEY = "<secret_key>"

headers = {
    "OK-ACCESS-KEY": KEY,
    "OK-ACCESS-PASSPHRASE": VALUE,
}
requests.get("https://www.okx.com/api/v5/account/balance", headers=headers)
