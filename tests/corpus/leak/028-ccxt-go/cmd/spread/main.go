package main

import (
	"fmt"
	"log"
	"time"

	ccxt "github.com/ccxt/ccxt/go/v4"
)

func main() {
	exchange := ccxt.NewOkx(map[string]interface{}{
		"apiKey":   "<api_key>",
		"secret":   "<secret_key>",
		"password": "<passphrase>",
	})
	if _, err := exchange.LoadMarkets(); err != nil {
		log.Fatal(err)
	}
	for {
		t, err := exchange.FetchTicker("ETH/USDT")
		if err != nil {
			log.Println(err)
			time.Sleep(5 * time.Second)
			continue
		}
		fmt.Printf("%s bid %.2f ask %.2f\n", time.Now().Format(time.RFC3339), *t.Bid, *t.Ask)
		time.Sleep(time.Second)
	}
}
