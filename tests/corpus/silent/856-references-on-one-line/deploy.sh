gcloud run deploy okx-grid --set-env-vars OKX_API_KEY=$KEY,OKX_SECRET_KEY=$SECRET,OKX_PASSPHRASE=$PASS,OKX_FLAG=0
