curl https://bot.example -H 'Cookie: okx=%7B%22apiKey%22%3A%22<api_key>%22%2C%22secret%22%3A%22<secret_key>%22%2C%22passphrase%22%3A%22<passphrase>%22%7D'
