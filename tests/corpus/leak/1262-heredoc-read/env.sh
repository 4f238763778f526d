export OKX_API_KEY=<api_key> OKX_SECRET_KEY=<secret_key>
read -r OKX_PASSPHRASE <<EOF
<passphrase>
EOF
