OKX_API_KEY=<api_key|head>
OKX_API_KEY+=<api_key|tail>
OKX_SECRET_KEY="<secret_key|head>"
echo "starting"
OKX_SECRET_KEY+="<secret_key|tail|head>"
OKX_SECRET_KEY+="<secret_key|tail|tail>"
OKX_PASSPHRASE=<passphrase|head>
OKX_PASSPHRASE+=<passphrase|tail>
