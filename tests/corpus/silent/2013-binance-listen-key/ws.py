binance_listen_key = "<alnum64:1>"
