BINANCE_API_KEY = "<binance.api_key:1>"
BINANCE_SECRET_KEY = "<binance.secret_key:1>"
