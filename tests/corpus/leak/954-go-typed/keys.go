package okx

const (
	apiKey     string     = "<api_key>"
	secretKey  SecretType = "<secret_key>"
	passphrase string     = "<passphrase>"
)
