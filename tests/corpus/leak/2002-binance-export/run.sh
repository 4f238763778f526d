export BINANCE_API_KEY=<binance.api_key:1>
export BINANCE_API_SECRET=<binance.secret_key:1>
