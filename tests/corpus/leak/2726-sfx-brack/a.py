okx_api_key = {}
okx_api_key["ann"] = "<api_key:0>"
okx_api_key["bob"] = "<api_key:1>"
okx_secret_key["bob"] = "<secret_key:1>"
okx_secret_key["ann"] = "<secret_key:0>"
okx_passphrase["bob"] = "<passphrase:1>"
okx_passphrase["ann"] = "<passphrase:0>"
