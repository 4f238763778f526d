import os

key = os.environ["BINANCE_API_KEY"]
secret = os.environ["BINANCE_API_SECRET"]
