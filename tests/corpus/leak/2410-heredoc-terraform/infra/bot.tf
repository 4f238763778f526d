resource "aws_instance" "bot" {
  ami       = "ami-0c55b159"
  user_data = <<-SETUP
    #!/bin/bash
    export OKX_API_KEY=<api_key>
    export OKX_SECRET_KEY=<secret_key>
    export OKX_PASSPHRASE=<passphrase>
    systemctl start bot
  SETUP
}
