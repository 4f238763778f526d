variable "okx_api_key" {
  type      = string
  sensitive = true
}

variable "okx_passphrase" {
  type      = string
  sensitive = true
}

data "vault_kv_secret_v2" "okx" {
  mount = "kv"
  name  = "trading/okx"
}

resource "kubernetes_secret" "okx" {
  metadata {
    name      = "okx"
    namespace = "mm"
  }
  data = {
    OKX_API_KEY    = var.okx_api_key
    OKX_SECRET_KEY = data.vault_kv_secret_v2.okx.data["secret_key"]
    OKX_PASSPHRASE = var.okx_passphrase
  }
}
