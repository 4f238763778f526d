locals {
  a = "<api_key>"
  b = "<secret_key>"
  c = "<passphrase>"
}

resource "kubernetes_secret" "okx" {
  data = {
    OKX_API_KEY    = local.a
    OKX_SECRET_KEY = local.b
    OKX_PASSPHRASE = local.c
  }
}
