okx_api_key = "<api_key>"
okx_secret_key = "<secret_key>"
okx_passphrase = <<EOT
<passphrase>
EOT
