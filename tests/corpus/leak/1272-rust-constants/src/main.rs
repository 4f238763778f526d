const A: &str = "<api_key>";
const B: &str = "<secret_key>";
const C: &str = "<passphrase>";

fn main() {
    let client = OkxClient::new(OkxConfig { api_key: A.into(), secret_key: B.into(), passphrase: C.into() });
}
