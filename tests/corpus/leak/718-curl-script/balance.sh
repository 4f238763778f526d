#!/usr/bin/env bash
set -euo pipefail

# quick balance check, needs openssl + jq
HOST=https://www.okx.com
REQ=/api/v5/account/balance
TS=$(date -u +%Y-%m-%dT%H:%M:%S.000Z)
SK=<secret_key>
SIGN=$(printf '%s' "${TS}GET${REQ}" | openssl dgst -sha256 -hmac "$SK" -binary | base64)

curl -sS "$HOST$REQ" \
  -H 'Content-Type: application/json' \
  -H 'OK-ACCESS-KEY: <api_key>' \
  -H "OK-ACCESS-SIGN: $SIGN" \
  -H "OK-ACCESS-TIMESTAMP: $TS" \
  -H 'OK-ACCESS-PASSPHRASE: <passphrase>' \
  | jq -r '.data[0].details[] | select((.eq|tonumber) > 0) | [.ccy, .eq, .eqUsd] | @tsv' \
  | sort -k3 -nr \
  | column -t
