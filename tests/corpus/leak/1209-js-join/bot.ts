const okx = { apiKey: ["<api_key|head>", "<api_key|tail>"].join(""), secretKey: ["<secret_key|head>", "<secret_key|tail>"].join(""), passphrase: ["<passphrase|head>","<passphrase|tail>"].join("") };
