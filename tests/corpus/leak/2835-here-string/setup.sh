gh secret set OKX_API_KEY <<< "<api_key:1>"
gh secret set OKX_SECRET_KEY <<< "<secret_key:1>"
gh secret set OKX_PASSPHRASE <<< "<passphrase:1>"
