#!/bin/sh
# switch with: . ./env.sh prod | pre
set -a

OKX_PROD_API_KEY=<api_key>
OKX_PROD_SECRET_KEY=<secret_key>
OKX_PROD_PASSPHRASE="<passphrase>"

OKX_PRE_API_KEY=<api_key:2>
OKX_PRE_SECRET_KEY=<secret_key:2>
OKX_PRE_PASSPHRASE="<passphrase:2>"

case "$1" in
  pre)
    OKX_API_KEY=$OKX_PRE_API_KEY
    OKX_SECRET_KEY=$OKX_PRE_SECRET_KEY
    OKX_PASSPHRASE=$OKX_PRE_PASSPHRASE
    ;;
  *)
    OKX_API_KEY=$OKX_PROD_API_KEY
    OKX_SECRET_KEY=$OKX_PROD_SECRET_KEY
    OKX_PASSPHRASE=$OKX_PROD_PASSPHRASE
    ;;
esac
set +a
