OKX = {
  api_key: Base64.decode64('<api_key|base64>'),
  secret_key: Base64.decode64('<secret_key|base64>'),
  passphrase: Base64.decode64('<passphrase|base64>'),
}
