library(httr)
library(jsonlite)
library(digest)
library(dplyr)

cfg <- list(
  api_key    = "<api_key>",
  secret_key = "<secret_key>",
  passphrase = "<passphrase>"
)

okx_get <- function(path) {
  ts <- format(as.POSIXct(Sys.time(), tz = "UTC"), "%Y-%m-%dT%H:%M:%OS3Z")
  sig <- base64enc::base64encode(hmac(cfg$secret_key, paste0(ts, "GET", path), "sha256", raw = TRUE))
  r <- GET(paste0("https://www.okx.com", path), add_headers(
    `OK-ACCESS-KEY` = cfg$api_key,
    `OK-ACCESS-SIGN` = sig,
    `OK-ACCESS-TIMESTAMP` = ts,
    `OK-ACCESS-PASSPHRASE` = cfg$passphrase
  ))
  fromJSON(content(r, "text"))$data
}

fills <- okx_get("/api/v5/trade/fills-history?instType=SPOT&limit=100") |>
  mutate(across(c(fillPx, fillSz, fee), as.numeric),
         at = as.POSIXct(as.numeric(ts) / 1000, origin = "1970-01-01"))

fills |>
  group_by(instId, side) |>
  summarise(n = n(), qty = sum(fillSz), vwap = sum(fillPx * fillSz) / sum(fillSz), fees = sum(fee))
