import ccxt

exchange = ccxt.bitget({"apiKey": "<bitget.api_key:1>", "secret": "<bitget.secret_key:1>", "password": "<bitget.passphrase:1>", 'enableRateLimit': True})
