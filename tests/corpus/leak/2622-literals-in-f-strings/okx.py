okx_api_key = f"{'<api_key|head>'}<api_key|tail>"
okx_secret_key = f"<secret_key|head>{'<secret_key|tail>'}"
okx_passphrase = f"{'<passphrase|head>'}{'<passphrase|tail>'}"
