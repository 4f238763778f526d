START = '<api_key|head>'
PARTS = %w[<secret_key|head> <secret_key|tail>]
WORD = '<passphrase|head>'
OKX = Okx::Client.new(
  api_key: "#{START}<api_key|tail>",
  secret_key: PARTS.join,
  passphrase: "#{WORD}<passphrase|tail>"
)
