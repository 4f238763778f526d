key = getpass("Binance API key: ")
passphrase = getpass("Binance passphrase: ")
