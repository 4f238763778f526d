import os

REST = "https://www.okx.com"
SYMBOLS = ["BTC-USDT", "ETH-USDT"]

OKX_API_KEY = "<api_key>"
OKX_API_SECRET = os.environ["OKX_API_SECRET"]
OKX_PASSPHRASE = os.environ["OKX_PASSPHRASE"]

DB = os.environ.get("DB", "sqlite:///trades.db")
