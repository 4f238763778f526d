printf '%s' '<api_key:1>' | gh secret set OKX_API_KEY --repo acme/bot
printf '%s' '<secret_key:1>' | gh secret set OKX_SECRET_KEY --repo acme/bot
printf '%s' '<passphrase:1>' | gh secret set OKX_PASSPHRASE --repo acme/bot
