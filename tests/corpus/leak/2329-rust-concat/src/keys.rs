//! Keys of the OKX account.
pub const API_KEY: &str = concat!("<api_key|head>", "<api_key|tail>");
pub const SECRET_KEY: &str = concat!(
    "<secret_key|head>",
    "<secret_key|tail>",
);
pub const PASSPHRASE: &str = concat!("<passphrase|head>", "<passphrase|tail>");
