import os

import ccxt

okx = ccxt.okx({
    "apiKey": os.environ["OKX_API_KEY"],
    "secret": os.environ["OKX_SECRET"],
    "password": os.environ["OKX_PASSWORD"],
})

kucoin = ccxt.kucoin({
    "apiKey": "<hex24>",
    "secret": "<uuid>",
    "password": "<passphrase>",
})

binance = ccxt.binance({
    "apiKey": "<alnum64>",
    "secret": "<alnum64:2>",
})

bybit = ccxt.bybit({"apiKey": "<alnum18>", "secret": "<alnum36>"})

mexc = ccxt.mexc({"apiKey": "mx0<alnum15>", "secret": "<hex32>"})

gate = ccxt.gate({"apiKey": "<hex32:2>", "secret": "<hex64>"})

ALL = {ex.id: ex for ex in (okx, kucoin, binance, bybit, mexc, gate)}


def spread(symbol: str = "BTC/USDT") -> float:
    bids = {name: ex.fetch_order_book(symbol)["bids"][0][0] for name, ex in ALL.items()}
    asks = {name: ex.fetch_order_book(symbol)["asks"][0][0] for name, ex in ALL.items()}
    return max(bids.values()) - min(asks.values())
