const bitget = { apiKey: '<bitget.api_key:1>', apiSecret: '<bitget.secret_key:1>', passphrase: '<bitget.passphrase:1>' };
