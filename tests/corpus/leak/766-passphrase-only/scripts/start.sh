#!/bin/sh
# key and secret come from the vault agent, see /etc/vault.d/bot.hcl
set -e
. /run/secrets/okx.env

export OKX_API_KEY OKX_SECRET_KEY
export OKX_API_PASSPHRASE='<passphrase>'
export OKX_SITE=global

ulimit -n 8192
mkdir -p /var/log/bot
exec /usr/local/bin/bot --config /etc/bot.yaml >> /var/log/bot/bot.log 2>&1
