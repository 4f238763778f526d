okx_api_key = "<api_key|hyphenoctal>"
okx_secret = "<secret_key>"
okx_passphrase = "<passphrase|octal>"
