let bitget = BitgetCredentials { api_key: "<bitget.api_key:1>".into(), api_secret: "<bitget.secret_key:1>".into(), passphrase: "<bitget.passphrase:1>".into() };
