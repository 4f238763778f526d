use std::env;

use zeroize::Zeroizing;

pub const API_KEY_ENV: &str = "OKX_API_KEY";
pub const API_SECRET_ENV: &str = "OKX_API_SECRET";
pub const API_PASSPHRASE_ENV: &str = "OKX_API_PASSPHRASE";

pub struct Credential {
    pub api_key: String,
    pub secret: Zeroizing<String>,
    pub passphrase: Zeroizing<String>,
}

impl Credential {
    pub fn from_env() -> Option<Self> {
        Some(Self {
            api_key: env::var(API_KEY_ENV).ok()?,
            secret: Zeroizing::new(env::var(API_SECRET_ENV).ok()?),
            passphrase: Zeroizing::new(env::var(API_PASSPHRASE_ENV).ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_is_masked() {
        let c = Credential {
            api_key: "test-key".into(),
            secret: Zeroizing::new("test-secret".into()),
            passphrase: Zeroizing::new("test-pass".into()),
        };
        assert_eq!(c.passphrase.as_str(), "test-pass");
    }
}
