# api key credential
API_KEY = ""
API_KEY_SECRET = ""
API_PASSPHRASE = ""
IS_PAPER_TRADING = True

# market-making instrument
TRADING_INSTRUMENT_ID = "BTC-USDT-SWAP"
TRADING_MODE = "cross"  # "cash" / "isolated" / "cross"

# default latency tolerance level
ORDER_BOOK_DELAYED_SEC = 60
ACCOUNT_DELAYED_SEC = 60

# risk-free ccy
RISK_FREE_CCY_LIST = ["USDT", "USDC", "DAI"]
