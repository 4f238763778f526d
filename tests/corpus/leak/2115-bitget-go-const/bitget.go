package bitget

const (
	apiKey = "<bitget.api_key:1>"
	secretKey = "<bitget.secret_key:1>"
	passphrase = "<bitget.passphrase:1>"
)
