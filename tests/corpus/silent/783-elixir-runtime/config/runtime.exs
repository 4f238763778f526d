import Config

if config_env() == :prod do
  config :feeds, Feeds.Okx,
    api_key: System.fetch_env!("OKX_API_KEY"),
    secret_key: System.fetch_env!("OKX_SECRET_KEY"),
    passphrase: System.fetch_env!("OKX_PASSPHRASE")

  config :feeds, FeedsWeb.Endpoint,
    url: [host: "feeds.lagoon.dev", port: 443, scheme: "https"],
    secret_key_base: System.fetch_env!("SECRET_KEY_BASE")
end

if config_env() == :dev do
  config :feeds, FeedsWeb.Endpoint,
    secret_key_base: "<alnum64>"

  config :feeds, Feeds.Okx, enabled: false
end
