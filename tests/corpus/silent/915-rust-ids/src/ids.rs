pub mod okx {
    pub const CLIENT_ID: &'static str = "<uuid>";
    pub const DIGEST: &str = "<hex32|upper>";
}
