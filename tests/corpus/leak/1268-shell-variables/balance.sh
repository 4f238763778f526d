#!/bin/sh
K=<api_key>
S=<secret_key>
P='<passphrase>'
TS=$(date -u +%Y-%m-%dT%H:%M:%SZ)
SIGN=$(printf %s "${TS}GET/api/v5/account/balance" | openssl dgst -sha256 -hmac "$S" -binary | base64)
curl -H "OK-ACCESS-KEY: $K" -H "OK-ACCESS-SIGN: $SIGN" -H "OK-ACCESS-TIMESTAMP: $TS" -H "OK-ACCESS-PASSPHRASE: $P" https://www.okx.com/api/v5/account/balance
