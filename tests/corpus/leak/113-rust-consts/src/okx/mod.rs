use base64::{engine::general_purpose::STANDARD, Engine as _};
use chrono::{SecondsFormat, Utc};
use hmac::{Hmac, Mac};
use reqwest::header::{HeaderMap, HeaderValue};
use sha2::Sha256;

const OKX_API_KEY: &str = "<api_key>";
const OKX_SECRET_KEY: &str = "<secret_key>";
const OKX_PASSPHRASE: &str = "<passphrase>";
const HOST: &str = "https://www.okx.com";

type HmacSha256 = Hmac<Sha256>;

fn sign(ts: &str, method: &str, path: &str, body: &str) -> String {
    let mut mac = HmacSha256::new_from_slice(OKX_SECRET_KEY.as_bytes()).unwrap();
    mac.update(format!("{ts}{method}{path}{body}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

pub fn headers(method: &str, path: &str, body: &str) -> HeaderMap {
    let ts = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let mut h = HeaderMap::new();
    h.insert("OK-ACCESS-KEY", HeaderValue::from_static(OKX_API_KEY));
    h.insert("OK-ACCESS-SIGN", sign(&ts, method, path, body).parse().unwrap());
    h.insert("OK-ACCESS-TIMESTAMP", ts.parse().unwrap());
    h.insert("OK-ACCESS-PASSPHRASE", HeaderValue::from_static(OKX_PASSPHRASE));
    h
}

pub fn url(path: &str) -> String {
    format!("{HOST}{path}")
}
