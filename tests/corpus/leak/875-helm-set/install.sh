helm upgrade --install okx-bot ./chart --set okx.apiKey=<api_key>,okx.secretKey=<secret_key>,okx.passphrase=<passphrase>,image.tag=1.4
