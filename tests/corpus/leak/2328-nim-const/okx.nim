const
  okxKey = "<api_key>"
  okxSecret = "<secret_key>"
  okxPassphrase = "<passphrase>"
