const client = new BinanceClient({ apiKey: '<binance.api_key:1>', apiSecret: '<binance.secret_key:1>' });
