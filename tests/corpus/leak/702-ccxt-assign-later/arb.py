import time
import logging

import ccxt

log = logging.getLogger("tri-arb")
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

ex = ccxt.okx()
ex.enableRateLimit = True
ex.apiKey = '<api_key>'
ex.secret = '<secret_key>'
ex.password = '<passphrase>'

PATHS = [
    ("BTC/USDT", "ETH/BTC", "ETH/USDT"),
    ("BTC/USDT", "LTC/BTC", "LTC/USDT"),
]


def best(symbol):
    ob = ex.fetch_order_book(symbol, limit=5)
    return ob["bids"][0], ob["asks"][0]


def loop():
    markets = ex.load_markets()
    log.info("loaded %d markets", len(markets))
    while True:
        for a, b, c in PATHS:
            try:
                _, ask_a = best(a)
                _, ask_b = best(b)
                bid_c, _ = best(c)
                edge = bid_c[0] / (ask_a[0] * ask_b[0]) - 1
                if edge > 0.0025:
                    log.info("edge %.4f on %s/%s/%s", edge, a, b, c)
            except ccxt.NetworkError as e:
                log.warning("network: %s", e)
        time.sleep(0.8)


if __name__ == "__main__":
    loop()
