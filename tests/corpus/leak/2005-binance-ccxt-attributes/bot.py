import ccxt

x = ccxt.binance()
x.apiKey = '<binance.api_key:1>'
x.secret = '<binance.secret_key:1>'
