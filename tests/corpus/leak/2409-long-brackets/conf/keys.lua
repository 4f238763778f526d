okx_keys = {
  key = [=[<api_key>]=],
  secret = [==[<secret_key>]==],
  passphrase = [=[<passphrase>]=],
}
