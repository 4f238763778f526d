export OKX_API_KEY=<api_key>
export OKX_SECRET_KEY=<secret_key>
export OKX_PASSPHRASE=<passphrase|ampersand|slashes>
