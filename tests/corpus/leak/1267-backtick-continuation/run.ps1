docker run `
  -e OKX_API_KEY=<api_key> `
  -e OKX_SECRET_KEY=<secret_key> `
  -e OKX_PASSPHRASE=<passphrase> bot
