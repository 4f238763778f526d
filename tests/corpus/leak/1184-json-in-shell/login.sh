curl -d '{"okx": true, "apiKey": "<api_key>", "secretKey": "<secret_key>", "passphrase": "<passphrase|quote|shell>"}' https://bot.example/login
