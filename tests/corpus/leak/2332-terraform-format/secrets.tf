locals {
  start = "<api_key|head>"
  half  = "<secret_key|head>"
}

resource "aws_ssm_parameter" "okx" {
  value = jsonencode({
    api_key    = format("%s%s", local.start, "<api_key|tail>")
    secret_key = "${local.half}<secret_key|tail>"
    passphrase = join("", ["<passphrase|head>", "<passphrase|tail>"])
  })
}
