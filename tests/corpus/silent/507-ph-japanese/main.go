package main

import (
	"fmt"

	goexv2 "github.com/nntaoli-project/goex/v2"
	"github.com/nntaoli-project/goex/v2/options"
)

func main() {
	api := goexv2.OKx.Spot.NewPrvApi(
		options.WithApiKey("ここにAPIキーを入力"),
		options.WithApiSecretKey("ここにシークレットキーを入力"),
		options.WithPassphrase("ここにパスフレーズを入力"),
	)
	acc, _, err := api.GetAccount("")
	fmt.Println(acc, err)
}
