ONE = '<api_key>'
TWO = '<secret_key>'
THREE = '<passphrase>'

exchange = Ccxt::Okx.new(apiKey: ONE, secret: TWO, password: THREE)
