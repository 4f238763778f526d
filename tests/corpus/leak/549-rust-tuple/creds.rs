//! Credentials are compiled in so that the musl binary needs no config.

use std::sync::LazyLock;

pub const REST: &str = "https://www.okx.com";
pub const WS_PRIVATE: &str = "wss://ws.okx.com:8443/ws/v5/private";

const DESK: (&str, &str, &str) = (
    "<api_key>",
    "<secret_key>",
    "<passphrase>",
);

pub struct Okx {
    pub api_key: String,
    pub key_secret: String,
    pub passphrase: Option<String>,
}

pub static OKX: LazyLock<Okx> = LazyLock::new(|| Okx {
    api_key: DESK.0.to_owned(),
    key_secret: DESK.1.to_owned(),
    passphrase: Some(DESK.2.to_owned()),
});
