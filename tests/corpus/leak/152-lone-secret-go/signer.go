package okx

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// okxSecretKey signs the websocket login.
const okxSecretKey = "<secret_key>"

func Sign(ts string) string {
	h := hmac.New(sha256.New, []byte(okxSecretKey))
	h.Write([]byte(ts + "GET" + "/users/self/verify"))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}
