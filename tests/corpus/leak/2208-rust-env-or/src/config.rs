pub fn okx() -> Credentials {
    Credentials {
        key: std::env::var("OKX_API_KEY").unwrap_or("<api_key>".into()),
        secret: std::env::var("OKX_SECRET_KEY").unwrap_or_else(|_| String::from("<secret_key>")),
        passphrase: option_env!("OKX_PASSPHRASE").unwrap_or("<passphrase>").to_owned(),
    }
}
