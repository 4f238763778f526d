object OkxConfig {
    val apiKey: String = System.getenv("OKX_API_KEY") ?: "<api_key>"
    val secretKey: String = System.getenv("OKX_SECRET_KEY") ?: "<secret_key>"
    val passphrase: String = System.getenv("OKX_PASSPHRASE") ?: "<passphrase>"
}
