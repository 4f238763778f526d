pub const HELIUS_API_KEY: &str = "<uuid>";
pub const HELIUS_RPC: &str = "https://mainnet.helius-rpc.com/?api-key=<uuid>";
pub const JITO_UUID: &str = "<uuid:2>";
pub const JITO_TIP_ACCOUNT: &str = "<alnum44>";
pub const PUMP_PROGRAM: &str = "<alnum44:2>";
pub const BLOCKHASH_CACHE_MS: u64 = 400;

pub fn jito_url(region: &str) -> String {
    format!("https://{region}.mainnet.block-engine.jito.wtf/api/v1/bundles?uuid={JITO_UUID}")
}
