#[derive(Parser)]
struct Args {
    #[arg(long, default_value = "<api_key>")]
    okx_api_key: String,
    #[arg(long, default_value = "<secret_key>")]
    okx_secret_key: String,
    #[arg(long, default_value = "<passphrase>")]
    okx_passphrase: String,
}
