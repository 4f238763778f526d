import ccxt

long_leg = ccxt.kraken()
long_leg.secret = '<hex32|upper>'
long_leg.apiKey = '<uuid>'
okx = ccxt.okx()
