use serde::Deserialize;
use std::{env, fmt};

#[derive(Clone, Deserialize)]
pub struct OkxConfig {
    pub api_key: String,
    pub secret_key: String,
    pub passphrase: Option<String>,
    #[serde(default)]
    pub demo: bool,
}

impl OkxConfig {
    pub fn from_env() -> Result<Self, env::VarError> {
        Ok(Self {
            api_key: env::var("OKX_API_KEY")?,
            secret_key: env::var("OKX_SECRET_KEY")?,
            passphrase: env::var("OKX_PASSPHRASE").ok(),
            demo: env::var("OKX_DEMO").map(|v| v == "1").unwrap_or(false),
        })
    }
}

impl fmt::Debug for OkxConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OkxConfig")
            .field("api_key", &"***")
            .field("secret_key", &"***")
            .field("passphrase", &"<redacted>")
            .field("demo", &self.demo)
            .finish()
    }
}
