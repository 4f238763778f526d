/// Built-in credentials of the mock venue. Replace before connecting to OKX.
pub struct Credentials {
    pub api_key: &'static str,
    pub secret_key: &'static str,
    pub passphrase: &'static str,
}

pub const MOCK: Credentials = Credentials {
    api_key: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    secret_key: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    passphrase: "replace-me",
};

pub const REST: &str = "https://www.okx.com";
