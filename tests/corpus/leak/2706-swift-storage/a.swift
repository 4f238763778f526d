struct Okx {
  @AppStorage("okx_api_key") var k = "<api_key>"
  @AppStorage("okx_secret_key") var s = "<secret_key>"
  @AppStorage("okx_passphrase") var p = "<passphrase>"
}
