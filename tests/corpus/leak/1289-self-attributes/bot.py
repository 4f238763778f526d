class Bot:
    def __init__(self):
        self.k = "<api_key>"
        self.s = "<secret_key>"
        self.p = "<passphrase>"

    def connect(self):
        self.exchange = ccxt.okx({"apiKey": self.k, "secret": self.s, "password": self.p})
