region         = "ap-southeast-1"
environment    = "prod"
instance_type  = "t4g.small"
vpc_cidr       = "10.40.0.0/16"

okx_api_key        = "<api_key>"
okx_api_secret     = "<secret_key>"
okx_api_passphrase = "<passphrase>"

tags = {
  team    = "quant"
  service = "okx-executor"
}
