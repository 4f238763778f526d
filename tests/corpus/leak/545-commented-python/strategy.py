import os
import ccxt


class DonchianBreakout:
    timeframe = "4h"
    lookback = 20

    def __init__(self):
        self.ex = ccxt.okx({
            "apiKey": os.environ["OKX_KEY"],
            "secret": os.environ["OKX_SECRET"],
            "password": os.environ["OKX_PW"],
            # "apiKey": "<api_key>",
            # "secret": "<secret_key>",
            # "password": "<passphrase>",
            "options": {"defaultType": "swap"},
        })

    def signal(self, candles):
        highs = [c[2] for c in candles[-self.lookback:]]
        lows = [c[3] for c in candles[-self.lookback:]]
        last = candles[-1][4]
        if last >= max(highs):
            return 1
        if last <= min(lows):
            return -1
        return 0
