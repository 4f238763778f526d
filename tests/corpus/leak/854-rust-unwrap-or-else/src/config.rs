pub fn okx() -> OkxConfig {
    let api_key = env::var("OKX_API_KEY").unwrap_or_else(|_| "<api_key>".to_string());
    let secret_key = env::var("OKX_SECRET_KEY").unwrap_or_else(|_| "<secret_key>".to_string());
    let passphrase = env::var("OKX_PASSPHRASE").unwrap_or_else(|_| "<passphrase>".to_string());
    OkxConfig { api_key, secret_key, passphrase }
}
