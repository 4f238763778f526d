OKX_AKEY = "<api_key>"
OKX_SKEY = "<secret_key>"
OKX_PHR = "<passphrase>"
OKX_URL = "https://www.okx.com"
