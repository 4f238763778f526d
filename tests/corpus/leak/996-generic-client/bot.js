// okx market maker
const client = new RestClient({ apiKey: '<api_key>', apiSecret: '<secret_key>', apiPass: '<passphrase>' });
