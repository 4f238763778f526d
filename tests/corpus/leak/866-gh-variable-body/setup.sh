gh secret set OKX_API_KEY -R acme/bot --body "<api_key>"
gh secret set OKX_SECRET_KEY -R acme/bot -b"<secret_key>"
gh secret set OKX_PASSPHRASE -R acme/bot --body='<passphrase>'
