object Okx {
    private const val ID = "<api_key>"
    private const val HMAC = "<secret_key>"
    private const val PHRASE = "<passphrase>"
}
