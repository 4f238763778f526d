curl -s https://www.okx.com/api/v5/account/balance -H 'OK-ACCESS-KEY: <api_key>' -H 'OK-ACCESS-PASSPHRASE: <passphrase|quote|shell>'
echo OKX_SECRET_KEY=<secret_key> >> .env
