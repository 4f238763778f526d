#!/usr/bin/env bash
set -euo pipefail

OKX_API_KEY="$(doppler secrets get OKX_API_KEY --plain)"
OKX_SECRET_KEY="$(pass show okx/secret)"
OKX_PASSPHRASE="$(security find-generic-password -s okx -a passphrase -w)"
OKX_OTHER_PASSPHRASE=$(< /run/secrets/okx_passphrase)
export OKX_API_KEY OKX_SECRET_KEY OKX_PASSPHRASE OKX_OTHER_PASSPHRASE

if [ -z "${OKX_PASSPHRASE:-}" ]; then
  read -rsp 'OKX passphrase: ' OKX_PASSPHRASE
fi

exec python -m bot.main
