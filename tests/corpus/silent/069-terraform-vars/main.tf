terraform {
  required_providers {
    aws        = { source = "hashicorp/aws", version = "~> 5.0" }
    kubernetes = { source = "hashicorp/kubernetes" }
  }
}

variable "okx_api_key" {
  description = "API key of the trading sub-account"
  type        = string
  sensitive   = true
}

variable "okx_secret_key" {
  type      = string
  sensitive = true
}

variable "okx_passphrase" {
  description = "Passphrase chosen when the key was created"
  type        = string
  sensitive   = true
  default     = ""
}

resource "kubernetes_secret" "okx" {
  metadata {
    name      = "okx"
    namespace = "trading"
  }
  data = {
    OKX_API_KEY    = var.okx_api_key
    OKX_SECRET_KEY = var.okx_secret_key
    OKX_PASSPHRASE = data.aws_secretsmanager_secret_version.okx_pass.secret_string
  }
}

data "aws_secretsmanager_secret_version" "okx_pass" {
  secret_id  = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:trading/okx/passphrase-a1B2c3"
  version_id = "<uuid>"
}
