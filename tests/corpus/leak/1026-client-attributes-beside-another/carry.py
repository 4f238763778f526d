import ccxt


class Carry:
    def __init__(self):
        self.hedge = ccxt.okx({'enableRateLimit': True})
        self.hedge.apiKey = '<api_key>'
        self.hedge.secret = '<secret_key>'
        self.hedge.password = '<passphrase>'
        self.spot = ccxt.kraken()
        self.spot.apiKey = '<alnum16>'
