package main

import (
	"context"
	"log"

	"github.com/amir-the-h/okex"
	"github.com/amir-the-h/okex/api"
	"github.com/amir-the-h/okex/events"
	"github.com/amir-the-h/okex/events/public"
	ws_public_requests "github.com/amir-the-h/okex/requests/ws/public"
)

func main() {
	apiKey := "<api_key>"
	secretKey := "<secret_key>"
	passphrase := "<passphrase>"
	dest := okex.DemoServer // The main API server
	ctx := context.Background()
	client, err := api.NewClient(ctx, apiKey, secretKey, passphrase, dest)
	if err != nil {
		log.Fatalln(err)
	}

	errChan := make(chan *events.Error)
	subChan := make(chan *events.Subscribe)
	uSubChan := make(chan *events.Unsubscribe)
	logChan := make(chan *events.Login)
	sucChan := make(chan *events.Success)
	client.Ws.SetChannels(errChan, subChan, uSubChan, logChan, sucChan)

	obCh := make(chan *public.OrderBook)
	if err := client.Ws.Public.OrderBook(ws_public_requests.OrderBook{
		InstID:  "BTC-USD-SWAP",
		Channel: "books",
	}, obCh); err != nil {
		log.Fatalln(err)
	}
	for i := range obCh {
		log.Printf("%s asks %d bids %d", i.Arg.InstID, len(i.Books[0].Asks), len(i.Books[0].Bids))
	}
}
