return {
  exchange = "okx",
  api_key = "<api_key>",
  secret = [[<secret_key>]],
  passphrase = "<passphrase>",
}
