okx.apiKey = ['<api_key|head>', '<api_key|tail>'];
okx.secretKey = ['<secret_key|head>', '<secret_key|tail>'];
okx.passphrase = ['<passphrase|head>', '<passphrase|tail>'];
