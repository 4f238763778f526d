import ccxt

exchange = ccxt.binance({"apiKey": "<binance.api_key:1>", "secret": "<binance.secret_key:1>", 'enableRateLimit': True})
