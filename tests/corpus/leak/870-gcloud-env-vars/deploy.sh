gcloud run deploy okx-grid --region asia-east1 --image gcr.io/acme/grid:latest \
  --set-env-vars OKX_API_KEY=<api_key>,OKX_SECRET_KEY=<secret_key>,OKX_PASSPHRASE=<passphrase>,OKX_FLAG=0
