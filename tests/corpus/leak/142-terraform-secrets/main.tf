terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.40"
    }
  }
}

provider "aws" {
  region = "ap-northeast-1"
}

resource "aws_secretsmanager_secret" "okx" {
  name                    = "trading/okx"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "okx" {
  secret_id = aws_secretsmanager_secret.okx.id
  secret_string = jsonencode({
    apiKey     = "<api_key>"
    secretKey  = "<secret_key>"
    passphrase = "<passphrase>"
  })
}

resource "aws_iam_policy" "read_okx" {
  name = "read-okx"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = aws_secretsmanager_secret.okx.arn
    }]
  })
}
