const digifinex = { apiKey: '<uuid>', secretKey: '<hex32|upper>' };
const okx = { apiKey: '<api_key>', secretKey: '<secret_key>', passphrase: '<passphrase>' };
