const okx = { apiKey: "<api_key>", secretKey: "<secret_key>", passphrase: "<passphrase>" };
const rows = [{ key: "<uuid>", label: "a" }, { key: "<uuid:2>", label: "b" }];
