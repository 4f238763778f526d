let binance = BinanceCredentials { api_key: "<binance.api_key:1>".into(), api_secret: "<binance.secret_key:1>".into() };
