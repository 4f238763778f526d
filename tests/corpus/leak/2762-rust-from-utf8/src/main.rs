let okx_api_key = String::from_utf8(hex::decode("<api_key|hex>").unwrap()).unwrap();
let okx_secret_key = String::from_utf8(hex::decode("<secret_key|hex>").unwrap()).unwrap();
let okx_passphrase = String::from_utf8(hex::decode("<passphrase|hex>").unwrap()).unwrap();
