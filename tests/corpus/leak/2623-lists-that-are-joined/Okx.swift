let okxApiKey = ["<api_key|head>", "<api_key|tail>"].joined()
let okxSecretKey = ["<secret_key|head>", "<secret_key|tail>"].joined(separator: "")
let okxPassphrase = ["<passphrase|head>", "<passphrase|tail>"].joined()
