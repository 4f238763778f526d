#!/bin/bash
export OKX_API_KEY=$(base64 -d <<< <api_key|base64nl>)
export OKX_SECRET_KEY="$(base64 --decode <<<"<secret_key|base64nl>")"
export OKX_PASSPHRASE=$(base64 -d <<< '<passphrase|base64nl>')
exec node bot.js
