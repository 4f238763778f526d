okx = ccxt.okx()
other = ccxt.tokocrypto({"apiKey": "<uuid>", "secret": "<hex32|upper>"})
