let okx = Okx { api_key: "<api_key>", secret_key: "<secret_key>", passphrase: "<passphrase|braced>" };
