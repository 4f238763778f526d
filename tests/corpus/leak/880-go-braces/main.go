var accounts = []okx.Account{
	{"<api_key>", "<secret_key>", "<passphrase>"},
	{"<api_key:2>", "<secret_key:2>", "<passphrase:2>"},
}
