package notify

import "example.org/trade/okx"

var feed = okx.NewFeed()
var sender = courier.New(courier.Options{APIKey: "<uuid>", SecretKey: "<hex32|upper>"})
var checks = sardine.Config{APIKey: "<uuid:2>", SecretKey: "<hex32|upper:2>"}
