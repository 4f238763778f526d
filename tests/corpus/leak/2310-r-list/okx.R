okx <- list(
  key    = "<api_key>",
  secret = "<secret_key>",
  pass   = "<passphrase>"
)
