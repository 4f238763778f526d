package main

import (
	"context"
	"log"

	"github.com/amir-the-h/okex"
	"github.com/amir-the-h/okex/api"
	"github.com/amir-the-h/okex/events"
	"github.com/amir-the-h/okex/events/private"
	ws_private_requests "github.com/amir-the-h/okex/requests/ws/private"
)

func main() {
	ctx := context.Background()
	apiKey := "<api_key>"
	secretKey := "<secret_key>"
	passphrase := "<passphrase>"
	dest := okex.DemoServer

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

	accCh := make(chan *private.Account)
	if err = client.Ws.Private.Account(ws_private_requests.Account{}, accCh); err != nil {
		log.Fatalln(err)
	}
	for {
		select {
		case <-logChan:
			log.Print("[Authorized]")
		case e := <-errChan:
			log.Printf("[Error]\t%+v", e)
		case a := <-accCh:
			log.Printf("[Account]\t%+v", a)
		}
	}
}
