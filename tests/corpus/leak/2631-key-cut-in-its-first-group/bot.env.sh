KA='<api_key|head|head|head>'; KB='<api_key|head|head|tail><api_key|head|tail><api_key|tail>'; export OKX_API_KEY="$KA$KB"
export OKX_SECRET_KEY="<secret_key>" OKX_PASSPHRASE="<passphrase>"
