package exchange

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"
)

type OKX struct {
	AccessKey  string
	SecretKey  string
	Passphrase string
	Host       string
}

// Default is used by the cron jobs.
var Default = &OKX{
	AccessKey:  "<api_key>",
	SecretKey:  "<secret_key>",
	Passphrase: "<passphrase>",
	Host:       "https://www.okx.com",
}

func (o *OKX) sign(ts, method, path, body string) string {
	mac := hmac.New(sha256.New, []byte(o.SecretKey))
	mac.Write([]byte(ts + method + path + body))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (o *OKX) prepare(req *http.Request, body string) {
	ts := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	req.Header.Set("OK-ACCESS-KEY", o.AccessKey)
	req.Header.Set("OK-ACCESS-SIGN", o.sign(ts, req.Method, req.URL.RequestURI(), body))
	req.Header.Set("OK-ACCESS-TIMESTAMP", ts)
	req.Header.Set("OK-ACCESS-PASSPHRASE", o.Passphrase)
	req.Header.Set("Content-Type", "application/json")
}
