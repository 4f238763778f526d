import ccxt
import talib
import numpy as np

okex = ccxt.okex5()
okex.apiKey = "<api_key>"
okex.secret = "<secret_key>"
okex.password = "<passphrase>"
okex.timeout = 30000

symbol = "ETH/USDT:USDT"


def closes(n=200):
    return np.array([c[4] for c in okex.fetch_ohlcv(symbol, "1h", limit=n)])


def decide():
    c = closes()
    rsi = talib.RSI(c, 14)
    upper, mid, lower = talib.BBANDS(c, 20, 2, 2)
    if rsi[-1] < 28 and c[-1] < lower[-1]:
        return "buy"
    if rsi[-1] > 72 and c[-1] > upper[-1]:
        return "sell"
    return None


side = decide()
if side:
    print(okex.create_order(symbol, "market", side, 1, params={"tdMode": "cross"})["id"])
