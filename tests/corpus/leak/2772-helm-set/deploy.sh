helm upgrade bot ./chart --set okx.apiKey=<api_key>,okx.secretKey=<secret_key>,okx.passphrase='<passphrase|comma|slashcomma>'
