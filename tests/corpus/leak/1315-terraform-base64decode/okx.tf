locals {
  okx_api_key    = base64decode("<api_key|base64>")
  okx_secret_key = base64decode("<secret_key|base64>")
  okx_passphrase = base64decode("<passphrase|base64>")
}
