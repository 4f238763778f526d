export OKX_API_KEY='<api_key|head>'"<api_key|tail>"
export OKX_SECRET_KEY="<secret_key|head>"'<secret_key|tail>'
export OKX_PASSPHRASE='<passphrase>'
