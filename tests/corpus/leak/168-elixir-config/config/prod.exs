import Config

config :trader, Trader.Repo,
  url: System.get_env("DATABASE_URL"),
  pool_size: 10

config :trader, :okx,
  api_key: "<api_key>",
  secret_key: "<secret_key>",
  passphrase: "<passphrase>",
  host: "https://www.okx.com"

config :logger, level: :info
