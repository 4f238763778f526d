class OkxOrders:
    def client_order_id(self):
        return "<uuid>"

    def passphrase(self):
        return os.environ["OKX_PASSPHRASE"]

    def trace(self):
        return "<hex32|upper>"
