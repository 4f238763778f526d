import ccxt

x = ccxt.bitget()
x.apiKey = '<bitget.api_key:1>'
x.secret = '<bitget.secret_key:1>'
x.password = '<bitget.passphrase:1>'
