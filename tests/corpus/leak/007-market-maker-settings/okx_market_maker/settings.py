# ---- credential ----
API_KEY = "<api_key>"
API_KEY_SECRET = "<secret_key>"
API_PASSPHRASE = "<passphrase>"
IS_PAPER_TRADING = True

# ---- market-making instrument ----
TRADING_INSTRUMENT_ID = "ETH-USDT-SWAP"
TRADING_MODE = "cross"  # "cash" / "isolated" / "cross"

# ---- tolerated delay, default 60 sec ----
ORDER_BOOK_DELAYED_SEC = 60
ACCOUNT_DELAYED_SEC = 60

# ---- risk-free ccy ----
RISK_FREE_CCY_LIST = ["USDT", "USDC", "DAI"]

# ---- params yaml ----
PARAMS_PATH = "params.yaml"
