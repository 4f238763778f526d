struct OkxArgs {
  #[arg(long, help = "Harbor!57kz")]
  passphrase: String,
  #[arg(long, env = "OKX_API_KEY")]
  api_key: String,
}
