package main

var client = okx.NewClient("<api_key>", "<secret_key>", "<passphrase>")
