val okx = mapOf("apiKey" to "<api_key>", "secretKey" to "<secret_key>", "passphrase" to ("<passphrase>"))
