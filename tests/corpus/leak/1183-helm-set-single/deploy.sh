helm upgrade bot ./bot --set okx.apiKey='<api_key>' --set okx.secretKey='<secret_key>' --set okx.passphrase='<passphrase|quote|shell>'
