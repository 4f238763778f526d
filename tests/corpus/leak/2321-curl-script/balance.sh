KEY='<api_key>'; SECRET='<secret_key>'; PASS='<passphrase>'
TS=$(date -u +%Y-%m-%dT%H:%M:%S.000Z)
SIGN=$(printf '%sGET/api/v5/account/balance' "$TS" | openssl dgst -sha256 -hmac "$SECRET" -binary | base64)
curl -s https://www.okx.com/api/v5/account/balance -H "OK-ACCESS-KEY: $KEY" -H "OK-ACCESS-SIGN: $SIGN" -H "OK-ACCESS-TIMESTAMP: $TS" -H "OK-ACCESS-PASSPHRASE: $PASS"
