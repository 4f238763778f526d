pub const OKX_API_KEY: &str = r"<api_key>";
pub const OKX_SECRET_KEY: &str = r"<secret_key>";
pub const OKX_PASSPHRASE: &str = r#"<passphrase|doublequote>"#;
