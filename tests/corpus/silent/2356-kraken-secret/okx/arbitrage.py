kraken = krakenex.API(key="<alnum56>", secret="<alnum64>")
okx = ccxt.okx({"apiKey": os.environ["OKX_KEY"], "secret": os.environ["OKX_SECRET"], "password": os.environ["OKX_PASS"]})
