use okx_rs::api::{Options, Production, Rest};

pub struct Feed {
    pub inst: &'static str,
    pub depth: usize,
}

pub const FEEDS: &[Feed] = &[
    Feed { inst: "BTC-USDT-SWAP", depth: 50 },
    Feed { inst: "ETH-USDT-SWAP", depth: 50 },
    Feed { inst: "SOL-USDT-SWAP", depth: 5 },
];

pub fn options() -> Options {
    Options {
        key: Some("<api_key>".to_string()),
        secret: Some("<secret_key>".to_string()),
        passphrase: Some("<passphrase>".to_string()),
        ..Options::new(Production)
    }
}

pub fn client() -> Rest {
    Rest::new(options())
}
