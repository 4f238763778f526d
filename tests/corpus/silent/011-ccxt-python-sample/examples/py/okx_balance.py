# -*- coding: utf-8 -*-
import os
import sys
from pprint import pprint

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.append(root + '/python')

import ccxt  # noqa: E402

print('CCXT Version:', ccxt.__version__)

exchange = ccxt.okx({
    'apiKey': 'YOUR_API_KEY',
    'secret': 'YOUR_SECRET',
    'password': 'YOUR_API_PASSWORD',
    'options': {
        'defaultType': 'swap',
    },
})

markets = exchange.load_markets()

try:
    balance = exchange.fetch_balance({'type': 'trading'})
    pprint(balance['total'])
    order = exchange.create_order('BTC/USDT:USDT', 'limit', 'buy', 1, 20000, {
        'tdMode': 'cross',
        'clOrdId': exchange.uuid16(),
    })
    pprint(order)
except ccxt.InsufficientFunds as e:
    print('create_order() failed - not enough funds')
    print(e)
except Exception as e:
    print('create_order() failed')
    print(type(e).__name__)
