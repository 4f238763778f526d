let okx_api_key = "<api_key|head>" ^ "<api_key|tail>"
let okx_secret_key = "<secret_key|head>" ^ "<secret_key|tail>"
let okx_passphrase = "<passphrase|head>" ^ "<passphrase|tail>"
