java -Dokx.apiKey=<api_key> -Dokx.secretKey=<secret_key> -Dokx.passphrase=<passphrase> -Xmx512m -jar bot.jar
