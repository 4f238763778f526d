use anyhow::Result;
use rust_okx::{Credentials, OkxClient};
use tracing::info;

#[tokio::main]
async fn main() -> Result<()> {
    tracing_subscriber::fmt::init();

    let credentials = Credentials::new(
        "<api_key>",
        "<secret_key>",
        "<passphrase>",
    );
    let client = OkxClient::builder().credentials(credentials).build()?;

    let balance = client.account().get_balance(Some("USDT")).await?;
    for row in &balance {
        info!(total_eq = %row.total_eq, "balance");
    }

    let positions = client.account().get_positions(None).await?;
    info!(count = positions.len(), "open positions");
    Ok(())
}
