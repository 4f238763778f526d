package app.widgets.okx.onboarding

object PassphraseRules {
    const val MIN = 8
    const val MAX = 32
    const val ALLOWED_SPECIAL = "!@#$%^&*()_+-=[]{};:,.?"

    enum class Problem { TOO_SHORT, TOO_LONG, NO_UPPER, NO_LOWER, NO_DIGIT, NO_SPECIAL }

    fun check(passphrase: String): List<Problem> = buildList {
        if (passphrase.length < MIN) add(Problem.TOO_SHORT)
        if (passphrase.length > MAX) add(Problem.TOO_LONG)
        if (passphrase.none { it.isUpperCase() }) add(Problem.NO_UPPER)
        if (passphrase.none { it.isLowerCase() }) add(Problem.NO_LOWER)
        if (passphrase.none { it.isDigit() }) add(Problem.NO_DIGIT)
        if (passphrase.none { it in ALLOWED_SPECIAL }) add(Problem.NO_SPECIAL)
    }

    private val UUID_KEY = Regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
    private val HEX_SECRET = Regex("^[0-9A-F]{32}$")

    fun looksLikeKey(apiKey: String) = UUID_KEY.matches(apiKey)
    fun looksLikeSecret(secretKey: String) = HEX_SECRET.matches(secretKey)
}
