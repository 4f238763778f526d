-- grid bot for okx perpetuals, luvit runtime
local M = {}

M.debug    = false
M.interval = 15 -- seconds

M.okx = {
  host = "www.okx.com",
  auth = {
    ak = [[<api_key>]],
    sk = [[<secret_key>]],
    pp = [[<passphrase>]],
  },
  pairs = {
    { inst = "BTC-USDT-SWAP", grids = 40, lower = 52000, upper = 71000 },
    { inst = "ETH-USDT-SWAP", grids = 25, lower = 2400,  upper = 3900  },
  },
}

M.telegram = { enabled = false, chat = "-100<digits10>" }

return M
