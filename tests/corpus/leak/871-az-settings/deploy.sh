az webapp config appsettings set -g rg -n okxbot --settings OKX_PASSPHRASE=<passphrase> OKX_API_KEY=<api_key> OKX_SECRET_KEY=<secret_key> MODE=live
