use okx_rs::api::rest::Rest;
use okx_rs::api::{Demo, Options};

pub struct Account {
    pub name: &'static str,
    pub opts: Options,
}

pub fn accounts() -> Vec<Account> {
    vec![
        Account {
            name: "taker",
            opts: Options {
                api_key: "<api_key>".into(),
                key_secret: "<secret_key>".into(),
                passphrase: Some("<passphrase>".into()),
            },
        },
        Account {
            name: "maker",
            opts: Options {
                api_key: "<api_key:2>".into(),
                key_secret: "<secret_key:2>".into(),
                passphrase: Some("<passphrase:2>".into()),
            },
        },
    ]
}

pub fn rest(a: &Account) -> Rest {
    Rest::new(a.opts.clone())
}
