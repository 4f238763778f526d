library(okxr)
library(data.table)

config <- list(
  api_key = "<api_key>",
  secret_key = "<secret_key>",
  passphrase = "<passphrase>"
)

tz <- "UTC"
inst <- "BTC-USDT"

candles <- get_market_candles(inst_id = inst, bar = "1H", limit = 300, tz = tz)
setDT(candles)
candles[, ma24 := frollmean(close, 24)]
candles[, ma72 := frollmean(close, 72)]

balance <- get_account_balance(config = config, tz = tz)
print(balance[ccy == "USDT"])

last_row <- candles[.N]
if (last_row$ma24 > last_row$ma72) {
  res <- post_trade_order(
    inst_id = inst, td_mode = "cash", side = "buy",
    ord_type = "market", sz = 50, config = config
  )
  print(res)
}
