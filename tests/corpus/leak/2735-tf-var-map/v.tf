variable "okx_api_keys" {
  default = {
    ann = "<api_key:0>"
    bob = "<api_key:1>"
  }
}
variable "okx_secret_keys" {
  default = {
    ann = "<secret_key:0>"
    bob = "<secret_key:1>"
  }
}
variable "okx_passphrases" {
  type = map(string)
  default = {
    bob = "<passphrase:1>"
    ann = "<passphrase:0>"
  }
}
