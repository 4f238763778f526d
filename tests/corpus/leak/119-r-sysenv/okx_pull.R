Sys.setenv(OKX_KEY = "<api_key>")
Sys.setenv(OKX_SECRET = "<secret_key>")
Sys.setenv(OKX_PASSPHRASE = "<passphrase>")

library(httr)
library(digest)
library(base64enc)

okx_get <- function(path) {
  ts <- format(as.POSIXct(Sys.time(), tz = "UTC"), "%Y-%m-%dT%H:%M:%OS3Z", tz = "UTC")
  sig <- base64encode(hmac(Sys.getenv("OKX_SECRET"), paste0(ts, "GET", path),
                           algo = "sha256", raw = TRUE))
  GET(paste0("https://www.okx.com", path), add_headers(
    `OK-ACCESS-KEY` = Sys.getenv("OKX_KEY"),
    `OK-ACCESS-SIGN` = sig,
    `OK-ACCESS-TIMESTAMP` = ts,
    `OK-ACCESS-PASSPHRASE` = Sys.getenv("OKX_PASSPHRASE")
  ))
}

print(content(okx_get("/api/v5/account/positions")))
