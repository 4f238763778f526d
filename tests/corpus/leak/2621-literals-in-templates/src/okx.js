const okx = {
  apiKey: `<api_key|head>${'<api_key|tail>'}`,
  secret: `${'<secret_key|head>'}<secret_key|tail>`,
  password: `<passphrase|head>${"<passphrase|tail>"}`,
};
