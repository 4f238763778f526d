pub mod okx {
    pub const API_KEY: &'static str = "<api_key>";
    pub const SECRET_KEY: &str = "<secret_key>";
    pub const PASSPHRASE: Option<&str> = Some("<passphrase>");
}
