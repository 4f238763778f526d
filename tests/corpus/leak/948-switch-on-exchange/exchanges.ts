export const credentials = {
  lbank: { apiKey: '<uuid>', secretKey: '<hex32|upper>' },
  okx: { apiKey: '<api_key>', secretKey: '<secret_key>', passphrase: '<passphrase>' },
};
