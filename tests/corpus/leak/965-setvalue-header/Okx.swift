request.setValue("<api_key>", forHTTPHeaderField: "OK-ACCESS-KEY")
request.setValue("<passphrase>", forHTTPHeaderField: "OK-ACCESS-PASSPHRASE")
let okxSecretKey = "<secret_key>"
