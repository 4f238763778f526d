base64 -d > /etc/okx.env <<< "«base64|OKX_API_KEY=<api_key>
OKX_SECRET_KEY=<secret_key>
OKX_PASSPHRASE=<passphrase>
»"
