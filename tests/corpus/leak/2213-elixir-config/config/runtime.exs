import Config

config :trader, Trader.Exchange.Okx,
  api_key: "<api_key>",
  secret_key: ~s(<secret_key>),
  passphrase: ~S(<passphrase>)
