Binance.configure do |c|
  c.api_key = '<binance.api_key:1>'
  c.api_secret = '<binance.secret_key:1>'
end
