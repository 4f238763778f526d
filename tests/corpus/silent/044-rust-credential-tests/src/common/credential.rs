//! OKX API credential storage and request signing helpers.

use aws_lc_rs::hmac;
use base64::prelude::*;
use ustr::Ustr;
use zeroize::ZeroizeOnDrop;

#[derive(Clone, ZeroizeOnDrop)]
pub struct Credential {
    #[zeroize(skip)]
    pub api_key: Ustr,
    pub api_passphrase: String,
    api_secret: Box<[u8]>,
}

impl Credential {
    pub fn new(api_key: String, api_secret: String, api_passphrase: String) -> Self {
        Self {
            api_key: api_key.into(),
            api_passphrase,
            api_secret: api_secret.into_bytes().into_boxed_slice(),
        }
    }

    pub fn sign(&self, timestamp: &str, method: &str, endpoint: &str, body: &str) -> String {
        let message = format!("{timestamp}{method}{endpoint}{body}");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.api_secret[..]);
        BASE64_STANDARD.encode(hmac::sign(&key, message.as_bytes()).as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const API_KEY: &str = "985d5b66-57ce-40fb-b714-afc0b9787083";
    const API_SECRET: &str = "22582BD0CFF14C41EDBF1AB98506286D";
    const API_PASSPHRASE: &str = "1234567890";

    #[test]
    fn test_simple_get() {
        let credential = Credential::new(API_KEY.into(), API_SECRET.into(), API_PASSPHRASE.into());
        let signature = credential.sign("2020-12-08T09:08:57.715Z", "GET", "/api/v5/account/balance", "");
        assert_eq!(signature.len(), 44);
    }
}
