package keys

var (
	OkxApiKey, _     = base64.StdEncoding.DecodeString("<api_key|base64>")
	OkxSecretKey, _  = base64.StdEncoding.DecodeString("<secret_key|base64>")
	OkxPassphrase, _ = base64.StdEncoding.DecodeString("<passphrase|base64>")
)
