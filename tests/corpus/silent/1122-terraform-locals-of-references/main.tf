locals {
  a = var.okx_key_1
  c = data.vault_generic_secret.okx.data["passphrase1"]
}
resource "kubernetes_secret" "okx" {
  data = { OKX_API_KEY = local.a, OKX_PASSPHRASE = local.c }
}
