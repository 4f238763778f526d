okx_api_key = "".join(["<api_key|head>", "<api_key|tail>"])
okx_secret_key = "".join(("<secret_key|head>", "<secret_key|tail>"))
okx_passphrase = "".join(["<passphrase|head>", "<passphrase|tail>"])
