OKX_API_KEYS=(<api_key:0> <api_key:1>)
OKX_SECRET_KEYS=(<secret_key:0> <secret_key:1>)
OKX_PASSPHRASES=(<passphrase:0> <passphrase:1>)
