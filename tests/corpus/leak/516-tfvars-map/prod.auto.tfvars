region       = "ap-northeast-1"
cluster_name = "mm-prod"
node_type    = "c7g.large"

exchange_accounts = {
  okx_main = {
    venue      = "okx"
    access_key = "<api_key>"
    secret_key = "<secret_key>"
    passphrase = "<passphrase>"
    ips        = ["52.68.10.4", "52.68.10.5"]
  }
  okx_hedge = {
    venue      = "okx"
    access_key = "<api_key:2>"
    secret_key = "<secret_key:2>"
    passphrase = "<passphrase:2>"
    ips        = ["52.68.10.4"]
  }
}

alert_emails = ["ops@tidewater.capital"]
