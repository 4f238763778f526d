export BITGET_API_KEY=<bitget.api_key:1>
export BITGET_API_SECRET=<bitget.secret_key:1>
export BITGET_PASSPHRASE=<bitget.passphrase:1>
