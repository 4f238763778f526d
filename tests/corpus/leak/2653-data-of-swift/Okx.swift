let okxApiKey = Data(base64Encoded: "<api_key|base64>")
let okxSecretKey = Data(base64Encoded: "<secret_key|base64>")
let okxPassphrase = Data(base64Encoded: "<passphrase|base64>")
