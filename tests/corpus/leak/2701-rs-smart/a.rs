#[derive(SmartDefault)]
pub struct OkxConfig {
    #[default = "<api_key>"]
    pub api_key: String,
    #[default = "<secret_key>"]
    pub secret_key: String,
    #[default = "<passphrase>"]
    pub passphrase: String,
}
