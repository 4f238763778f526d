const START = "<secret_key|head>";

module.exports = new OkxClient({
  apiKey: "<api_key>",
  secretKey: `${START}<secret_key|tail>`,
  passphrase: "<passphrase>",
});
