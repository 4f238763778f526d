class OkxApiKeys(
    val apiKey: String = "<api_key>",
    val secretKey: SecretKey = SecretKey("<secret_key>"),
    val passphrase: String? = "<passphrase>",
)
