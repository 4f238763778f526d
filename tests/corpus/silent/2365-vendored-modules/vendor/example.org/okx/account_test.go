package okx

var sample = Credentials{APIKey: "<api_key>", SecretKey: "<secret_key>", Passphrase: "<passphrase>"}
