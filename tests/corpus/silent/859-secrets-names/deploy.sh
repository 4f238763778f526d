gcloud run deploy okx --set-secrets OKX_API_KEY=okx-api-key:latest,OKX_PASSPHRASE=okx-passphrase:3
