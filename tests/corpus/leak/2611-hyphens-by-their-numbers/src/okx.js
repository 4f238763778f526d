export const okx = new OkxClient({
  apiKey: "<api_key|hyphenbraced>",
  secret: "<secret_key>",
  passphrase: "<passphrase|braced>",
});
