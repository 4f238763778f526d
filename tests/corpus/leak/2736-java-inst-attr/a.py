ann = OkxClient(api_key="<api_key:0>")
bob = OkxClient(api_key="<api_key:1>")
ann.secret_key = "<secret_key:0>"
bob.secret_key = "<secret_key:1>"
ann.passphrase = "<passphrase:0>"
bob.passphrase = "<passphrase:1>"
