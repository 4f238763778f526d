#!/bin/bash
# prints the balance, needs openssl and jq

TS=$(date -u +%Y-%m-%dT%H:%M:%S.000Z)
REQ=/api/v5/account/balance
SIGN=$(printf '%sGET%s' "$TS" "$REQ" | openssl dgst -sha256 -hmac "<secret_key>" -binary | base64)

curl -s "https://www.okx.com$REQ" \
  -H 'OK-ACCESS-KEY: <api_key>' \
  -H "OK-ACCESS-SIGN: $SIGN" \
  -H "OK-ACCESS-TIMESTAMP: $TS" \
  -H 'OK-ACCESS-PASSPHRASE: <passphrase>' \
  -H 'Content-Type: application/json' | jq '.data[0].details[] | {ccy, eq}'
