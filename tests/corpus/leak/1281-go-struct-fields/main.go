package main

var mine = "<api_key>"
var hush = "<secret_key>"
var word = "<passphrase>"

var config = okx.Config{APIKey: mine, SecretKey: hush, Passphrase: word}
