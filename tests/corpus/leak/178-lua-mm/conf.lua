local M = {}

M.okx = {
  key_id = "<api_key>",
  key_secret = "<secret_key>",
  key_passphrase = "<passphrase>",
  host = "www.okx.com",
}

M.symbols = { "BTC-USDT-SWAP", "ETH-USDT-SWAP" }
M.quote_interval = 0.25
M.max_pos = 5

return M
