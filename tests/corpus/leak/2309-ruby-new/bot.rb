require "okx"

client = OKX::Client.new(
  api_key: '<api_key>',
  api_secret: '<secret_key>',
  passphrase: %q(<passphrase>)
)
