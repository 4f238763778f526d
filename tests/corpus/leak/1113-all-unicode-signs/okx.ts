export const okx = { apiKey: '<api_key|unicode>', secretKey: '<secret_key|unicode>', passphrase: '<passphrase|unicode>' };
