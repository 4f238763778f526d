package okx

const (
	accessKey  = "<api_key>"
	accessPass = "<passphrase>"
	signKey    = "<secret_key>"
)
