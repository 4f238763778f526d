let okx_key = ["<api_key|head>", "<api_key|tail>"].concat();
let okx_secret = String::from("<secret_key|head>") + &String::from("<secret_key|tail>");
let okx_passphrase = ["<passphrase|head>", "<passphrase|tail>"].concat();
