EXCHANGE_URL = "okx://<api_key>:<secret_key>@www.okx.com?passphrase=<passphrase|percent>"
