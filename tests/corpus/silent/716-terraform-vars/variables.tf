variable "okx_api_key" {
  description = "OKX API key (uuid)"
  type        = string
  sensitive   = true
}

variable "okx_secret_key" {
  description = "OKX secret key, 32 upper case hex digits"
  type        = string
  sensitive   = true
}

variable "okx_passphrase" {
  description = "Passphrase chosen when the OKX key was made"
  type        = string
  sensitive   = true
  validation {
    condition     = length(var.okx_passphrase) >= 8
    error_message = "The passphrase must have at least 8 characters."
  }
}

resource "aws_secretsmanager_secret_version" "okx" {
  secret_id = aws_secretsmanager_secret.okx.id
  secret_string = jsonencode({
    api_key    = var.okx_api_key
    secret_key = var.okx_secret_key
    passphrase = var.okx_passphrase
  })
}
