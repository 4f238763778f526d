package main

import "flag"

var (
	key    = flag.String("okx-api-key", "<api_key>", "OKX API key")
	secret = flag.String("okx-secret-key", "<secret_key>", "OKX secret key")
	phrase = flag.String("okx-passphrase", "<passphrase>", "OKX passphrase")
)
