locals {
  okx_api_keys = { ann = "<api_key:0>", bob = "<api_key:1>" }
  okx_secret_keys = { bob = "<secret_key:1>", ann = "<secret_key:0>" }
  okx_passphrases = { bob = "<passphrase:1>", ann = "<passphrase:0>" }
}
