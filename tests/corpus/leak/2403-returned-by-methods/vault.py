class OkxVault:
    def api_key(self):
        return "<api_key>"

    def secret_key(self):
        return "<secret_key>"

    def passphrase(self):
        return "<passphrase>"
