export OKX_API_KEY=$(echo <api_key|base64> | base64 -d)
export OKX_SECRET_KEY=$(echo <secret_key|base64> | base64 -d)
export OKX_PASSPHRASE=$(echo <passphrase|base64> | base64 -d)
