const d = (v) => Buffer.from(v, 'base64').toString();
module.exports = new Okx({
  apiKey: Buffer.from('<api_key|base64>', 'base64').toString(),
  secretKey: Buffer.from('<secret_key|base64>', 'base64').toString(),
  passphrase: Buffer.from('<passphrase|base64>', 'base64').toString(),
});
