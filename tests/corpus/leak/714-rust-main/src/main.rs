use anyhow::Result;
use okx_rs::api::v5::{BalanceResponse, GetAccountBalance};
use okx_rs::api::{Options, Production, Rest};
use tracing::info;

mod book;
mod strategy;

fn options() -> Options {
    let mut options = Options::new(Production);
    options.key = Some("<api_key>".into());
    options.secret = Some("<secret_key>".into());
    options.passphrase = Some("<passphrase>".into());
    options
}

#[tokio::main]
async fn main() -> Result<()> {
    tracing_subscriber::fmt::init();
    let client = Rest::new(options());

    let [balance]: [BalanceResponse; 1] = client
        .request(GetAccountBalance::default())
        .await?
        .try_into()
        .expect("one account");
    info!(equity = ?balance.total_eq, "connected");

    let mut book = book::OrderBook::new("BTC-USDT-SWAP", 400);
    let strat = strategy::Maker {
        spread_bps: 4.0,
        size: 1,
        skew: 0.35,
    };
    strat.run(&client, &mut book).await
}
