package bot

var client = okx.New(okx.Options{APIKey: "<api_key>", SecretKey: "<secret_key>", Passphrase: "<passphrase>"})
