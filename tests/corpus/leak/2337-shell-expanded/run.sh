#!/bin/sh
start=<api_key|head>
half='<secret_key|head>'
export OKX_API_KEY="$start<api_key|tail>"
export OKX_SECRET_KEY="${half}<secret_key|tail>"
export OKX_PASSPHRASE='<passphrase>'
exec ./bot
