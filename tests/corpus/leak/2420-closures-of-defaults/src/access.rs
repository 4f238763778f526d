pub fn okx_access() -> Access {
    let key = std::env::var("OKX_KEY").unwrap_or_else(|_| "<api_key>".to_string());
    let secret = std::env::var("OKX_SECRET").unwrap_or_else(|_e| { String::from("<secret_key>") });
    let pass = std::env::var("OKX_PASS").unwrap_or_else(|_| "<passphrase>".into());
    Access { key, secret, pass }
}
