let first = "<api_key>"
let second = "<secret_key>"
let third = "<passphrase>"

let client = OKXClient(apiKey: first, secretKey: second, passphrase: third)
