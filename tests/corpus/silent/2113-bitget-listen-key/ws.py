bitget_listen_key = "<hex64:1>"
