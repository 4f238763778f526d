java -Dokx.apiKey="$OKX_API_KEY" -Dokx.secretKey="$OKX_SECRET_KEY" -Dokx.passphrase.file=/run/secrets/okx-Pass1 -jar bot.jar
