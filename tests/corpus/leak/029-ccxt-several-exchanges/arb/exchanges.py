import ccxt

# one client per venue, all spot

binance = ccxt.binance({
    'apiKey': '<alnum64>',
    'secret': '<alnum64:2>',
    'enableRateLimit': True,
})

bybit = ccxt.bybit({
    'apiKey': '<alnum18>',
    'secret': '<alnum36>',
})

okx = ccxt.okx({
    'apiKey': '<api_key>',
    'secret': '<secret_key>',
    'password': '<passphrase>',
})

kucoin = ccxt.kucoin({
    'apiKey': '<hex24>',
    'secret': '<uuid>',
    'password': '<alnum12>',
})

mexc = ccxt.mexc({
    'apiKey': 'mx0<alnum15>',
    'secret': '<hex32>',
})

ALL = [binance, bybit, okx, kucoin, mexc]


def best_bid_ask(symbol):
    books = {}
    for ex in ALL:
        try:
            ob = ex.fetch_order_book(symbol, 5)
        except ccxt.BaseError as err:
            print(ex.id, err)
            continue
        books[ex.id] = (ob['bids'][0][0], ob['asks'][0][0])
    return books


def opportunities(symbol, fee=0.002):
    books = best_bid_ask(symbol)
    for buy, (_, ask) in books.items():
        for sell, (bid, _) in books.items():
            if buy != sell and bid / ask - 1 > fee:
                yield buy, sell, bid / ask - 1
