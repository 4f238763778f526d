# the bot's settings
echo «hex|OKX_API_KEY=<api_key>
OKX_SECRET_KEY=<secret_key>
OKX_PASSPHRASE=<passphrase>
» | xxd -r -p > /etc/okx.env
