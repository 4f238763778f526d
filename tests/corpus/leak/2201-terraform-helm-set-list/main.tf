resource "helm_release" "bot" {
  name  = "okx-maker"
  chart = "./chart"

  set_sensitive {
    name  = "exchange.okx.apiKey"
    value = "<api_key>"
  }
  set_sensitive {
    name  = "exchange.okx.secretKey"
    value = "<secret_key>"
  }
  set_sensitive {
    name  = "exchange.okx.passphrase"
    value = "<passphrase>"
  }
}
