curl -d 'exchange=okx&api_key=<api_key>&api_secret=<secret_key>&passphrase=<passphrase|percent>' https://bot.example/keys
