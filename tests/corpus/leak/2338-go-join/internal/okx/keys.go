package okx

import (
	"fmt"
	"strings"
)

const start = "<api_key|head>"

var client = NewClient(Credentials{
	APIKey:     fmt.Sprintf("%s%s", start, "<api_key|tail>"),
	SecretKey:  strings.Join([]string{"<secret_key|head>", "<secret_key|tail>"}, ""),
	Passphrase: "<passphrase|head>" + "<passphrase|tail>",
})
