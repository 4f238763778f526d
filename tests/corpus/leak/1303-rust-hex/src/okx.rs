pub fn okx() -> Credential {
    Credential {
        api_key: String::from_utf8(hex::decode("<api_key|hex>").unwrap()).unwrap(),
        secret_key: String::from_utf8(hex::decode("<secret_key|hex>").unwrap()).unwrap(),
        passphrase: String::from_utf8(hex::decode("<passphrase|hex>").unwrap()).unwrap(),
    }
}
