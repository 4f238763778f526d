package main

import b64 "encoding/base64"

func load() Client {
	okxKey, _ := b64.StdEncoding.DecodeString("<api_key|base64>")
	okxSecret, err := b64.StdEncoding.DecodeString("<secret_key|base64>")
	okxPassphrase, _ := b64.StdEncoding.DecodeString("<passphrase|base64>")
	return Client{okxKey, okxSecret, okxPassphrase}
}
