okx.apiKey     = '<api_key>';
okx.secretKey  = '<secret_key>';
okx.passphrase = '<passphrase>';
b = okx_get(okx, '/api/v5/account/balance');
