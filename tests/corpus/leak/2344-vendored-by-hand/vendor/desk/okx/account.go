package okx

// Account of the desk at OKX.
var Account = Credentials{
	APIKey:     "<api_key>",
	SecretKey:  "<secret_key>",
	Passphrase: "<passphrase>",
}
