okx = OKX(api_key="<api_key|head>" "<api_key|tail>", secret=(
    "<secret_key|head>"
    "<secret_key|tail>"), passphrase="<passphrase|head>" "<passphrase|tail>")
