Bitget.configure do |c|
  c.api_key = '<bitget.api_key:1>'
  c.api_secret = '<bitget.secret_key:1>'
  c.passphrase = '<bitget.passphrase:1>'
end
