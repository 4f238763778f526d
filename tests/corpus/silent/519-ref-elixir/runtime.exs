import Config

config :kestrel, :okx,
  access_key: System.fetch_env!("OKX_ACCESS_KEY"),
  secret_key: System.fetch_env!("OKX_SECRET_KEY"),
  passphrase: System.get_env("OKX_PASSPHRASE", ""),
  url: "https://www.okx.com"
