okx = Okx(api_key=hide("<api_key>"), secret_key=hide("<secret_key>"), passphrase=hide("<passphrase>"))
