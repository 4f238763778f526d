key = getpass("Bitget API key: ")
passphrase = getpass("Bitget passphrase: ")
