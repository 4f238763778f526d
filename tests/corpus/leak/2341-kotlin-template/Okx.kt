object Okx {
    private const val START = "<api_key|head>"
    val apiKey = "$START<api_key|tail>"
    val secretKey = listOf("<secret_key|head>", "<secret_key|tail>").joinToString("")
    val passphrase = "<passphrase>"
}
