object Okx extends App {
  val creds = OkxCredentials(
    apiKey = "<api_key>",
    secretKey = "<secret_key>",
    passphrase = "<passphrase>"
  )
}
