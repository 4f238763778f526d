export const okx = {
  apiKey: atob("<api_key|base64>"),
  secretKey: atob("<secret_key|base64>"),
  passphrase: atob("<passphrase|base64>"),
};
