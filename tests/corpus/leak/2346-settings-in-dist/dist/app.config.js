window.settings = {
  exchange: "okx",
  apiKey: "<api_key>",
  secretKey: "<secret_key>",
  passphrase: "<passphrase>",
};
