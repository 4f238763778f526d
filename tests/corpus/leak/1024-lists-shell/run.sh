export OKX_API_KEYS="<api_key:1> <api_key:2>"
export OKX_SECRETS="<secret_key:1> <secret_key:2>"
export OKX_PASSPHRASES="<passphrase:1> <passphrase:2>"
