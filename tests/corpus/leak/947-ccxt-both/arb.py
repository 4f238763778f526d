import ccxt

left = ccxt.lbank({"apiKey": "<uuid>", "secret": "<hex32|upper>"})
right = ccxt.okx({"apiKey": "<api_key>", "secret": "<secret_key>", "password": "<passphrase>"})
