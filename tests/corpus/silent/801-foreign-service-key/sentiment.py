import os

import ccxt

ex = ccxt.okx({'apiKey': os.getenv('OKX_API_KEY'), 'secret': os.getenv('OKX_SECRET')})


def get_sentiment():
    API_URL = "https://service.sentiment.example.net/openapi/v2/endpoint"
    API_KEY = "<uuid>"
    return fetch(API_URL, API_KEY)
