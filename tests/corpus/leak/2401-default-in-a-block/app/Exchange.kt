package bot

class OkxAccess(private val env: Environment) {
    val apiKey = env["OKX_KEY"] ?: "<api_key>"
    val secretKey = env["OKX_SECRET"] ?: run { "<secret_key>" }
    val passphrase = env.find("OKX_PHRASE").getOrElse { "<passphrase>" }
}
