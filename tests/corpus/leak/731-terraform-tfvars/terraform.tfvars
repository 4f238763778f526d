region           = "ap-northeast-1"
environment      = "prod"
instance_type    = "t3.small"
vpc_cidr         = "10.42.0.0/16"
allowed_ssh_cidr = ["203.0.113.44/32"]

okx_api_key    = "<api_key>"
okx_secret_key = "<secret_key>"
okx_passphrase = "<passphrase>"

alarm_email = "ops@haru-capital.jp"

tags = {
  project = "basis-trade"
  owner   = "haru"
}
