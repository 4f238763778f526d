package main

import (
	"context"
	"log"

	"github.com/amir-the-h/okex"
	"github.com/amir-the-h/okex/api"
)

type account struct {
	id, k, s, p string
	dest        okex.Destination
}

var accounts = []account{
	{"prop-1", "<api_key>", "<secret_key>", "<passphrase>", okex.NormalServer},
	{"prop-2", "<api_key:2>", "<secret_key:2>", "<passphrase:2>", okex.DemoServer},
}

func main() {
	ctx := context.Background()
	for _, a := range accounts {
		c, err := api.NewClient(ctx, a.k, a.s, a.p, a.dest)
		if err != nil {
			log.Fatalf("%s: %v", a.id, err)
		}
		go stream(ctx, a.id, c)
	}
	select {}
}
