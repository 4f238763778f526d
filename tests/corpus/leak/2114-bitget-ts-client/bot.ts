const client = new BitgetClient({ apiKey: '<bitget.api_key:1>', apiSecret: '<bitget.secret_key:1>', apiPass: '<bitget.passphrase:1>' });
