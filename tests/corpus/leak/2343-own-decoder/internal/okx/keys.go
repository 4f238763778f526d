package okx

import "encoding/base64"

func plainly(s string) string { b, _ := base64.StdEncoding.DecodeString(s); return string(b) }

var (
	apiKey     = plainly("<api_key|base64>")
	secretKey  = plainly("<secret_key|base64>")
	passphrase = plainly("<passphrase|base64>")
)
