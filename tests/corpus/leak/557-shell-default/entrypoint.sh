#!/bin/sh
set -e

: "${OKX_ACCESS_KEY:=<api_key>}"
: "${OKX_SECRET_KEY:=<secret_key>}"
: "${OKX_PASSPHRASE:=<passphrase>}"
: "${GRID_STEP:=0.004}"
export OKX_ACCESS_KEY OKX_SECRET_KEY OKX_PASSPHRASE GRID_STEP

if [ "$1" = "shell" ]; then
  exec /bin/sh
fi

exec /usr/local/bin/gridd --config /etc/gridd/gridd.toml "$@"
