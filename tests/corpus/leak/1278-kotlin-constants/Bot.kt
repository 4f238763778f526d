private const val A = "<api_key>"
private const val B = "<secret_key>"
private const val C = "<passphrase>"

fun client() = OkxClient(apiKey = A, secretKey = B, passphrase = C)
