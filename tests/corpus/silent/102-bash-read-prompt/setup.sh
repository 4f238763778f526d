#!/usr/bin/env bash
set -euo pipefail

read -rp  "OKX API key: " OKX_API_KEY
read -rsp "OKX secret key: " OKX_SECRET_KEY; echo
read -rsp "OKX passphrase: " OKX_PASSPHRASE; echo

[[ $OKX_API_KEY =~ ^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$ ]] || { echo "not a key" >&2; exit 1; }
[[ $OKX_SECRET_KEY =~ ^[0-9A-F]{32}$ ]] || { echo "not a secret" >&2; exit 1; }

umask 077
cat > .env <<EOF
OKX_API_KEY=$OKX_API_KEY
OKX_SECRET_KEY=$OKX_SECRET_KEY
OKX_PASSPHRASE='$OKX_PASSPHRASE'
OKX_FLAG=${OKX_FLAG:-1}
EOF

export OKX_API_KEY="$(pass show okx/api_key)"
export OKX_SECRET_KEY="$(security find-generic-password -s okx -a secret -w)"
export OKX_PASSPHRASE=$(secret-tool lookup service okx field passphrase)
export OKX_LIVE_PASSPHRASE=`gopass show -o okx/live/passphrase`
