from binance.client import BinanceClient

client = BinanceClient("<binance.api_key:1>", "<binance.secret_key:1>")
