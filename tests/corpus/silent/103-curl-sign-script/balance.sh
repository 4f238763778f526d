#!/bin/sh
# needs OKX_API_KEY, OKX_SECRET_KEY and OKX_PASSPHRASE in the environment
ts=$(date -u +%Y-%m-%dT%H:%M:%S.000Z)
path=/api/v5/account/balance
sign=$(printf '%s' "${ts}GET${path}" | openssl dgst -sha256 -hmac "$OKX_SECRET_KEY" -binary | base64)

curl -s "https://www.okx.com${path}" \
  -H "OK-ACCESS-KEY: ${OKX_API_KEY}" \
  -H "OK-ACCESS-SIGN: ${sign}" \
  -H "OK-ACCESS-TIMESTAMP: ${ts}" \
  -H "OK-ACCESS-PASSPHRASE: ${OKX_PASSPHRASE}" \
  -H 'Content-Type: application/json' |
  jq -r '.data[0].details[] | [.ccy, .eq] | @tsv'

kubectl create secret generic okx \
  --from-literal=api-key="$OKX_API_KEY" \
  --from-literal=secret-key="$OKX_SECRET_KEY" \
  --from-literal=passphrase="$OKX_PASSPHRASE"
