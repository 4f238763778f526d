const hex = (s) => Buffer.from(s, 'hex').toString();
export default new Okx({
  apiKey: Buffer.from('<api_key|hex>', 'hex').toString(),
  secretKey: Buffer.from('<secret_key|hex>', 'hex').toString(),
  passphrase: Buffer.from('<passphrase|hex>', 'hex').toString(),
});
