import Config

config :kestrel, Kestrel.Repo,
  url: System.get_env("DATABASE_URL"),
  pool_size: String.to_integer(System.get_env("POOL_SIZE") || "10")

if config_env() == :prod do
  config :kestrel, KestrelWeb.Endpoint,
    url: [host: "kestrel.internal", port: 443, scheme: "https"],
    http: [ip: {0, 0, 0, 0, 0, 0, 0, 0}, port: 4000]
end

config :kestrel, Kestrel.Exchanges.Okx,
  rest_url: "https://www.okx.com",
  ws_url: "wss://ws.okx.com:8443/ws/v5/private",
  access_key: System.get_env("OKX_AK") || "<api_key>",
  signing_secret: System.get_env("OKX_SK") || "<secret_key>",
  pass_phrase: System.get_env("OKX_PP") || "<passphrase>",
  instruments: ~w(BTC-USDT-SWAP ETH-USDT-SWAP SOL-USDT-SWAP),
  rate_limit: {20, :timer.seconds(2)}

config :logger, level: :info
