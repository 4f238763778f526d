package main

import (
	"log"

	goexv2 "github.com/nntaoli-project/goex/v2"
	"github.com/nntaoli-project/goex/v2/model"
	"github.com/nntaoli-project/goex/v2/options"
)

func main() {
	goexv2.SetDefaultHttpCli(goexv2.DefaultHttpCli)
	goexv2.OKx.Spot.SetUnmarshalOptions()

	okxPrvApi := goexv2.OKx.Spot.NewPrvApi(
		options.WithApiKey("<api_key>"),
		options.WithApiSecretKey("<secret_key>"),
		options.WithPassphrase("<passphrase>"))

	_, _, err := goexv2.OKx.Spot.GetExchangeInfo()
	if err != nil {
		panic(err)
	}
	btcUSDT, err := goexv2.OKx.Spot.NewCurrencyPair(model.BTC, model.USDT)
	if err != nil {
		panic(err)
	}
	order, _, err := okxPrvApi.CreateOrder(btcUSDT, 0.01, 48000, model.Spot_Buy, model.OrderType_Limit)
	log.Println(err)
	log.Println(order)
}
