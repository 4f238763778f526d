final class OkxKeys {
    static final SecretString API_KEY = new SecretString("<api_key>");
    private static final java.lang.String SECRET_KEY = "<secret_key>";
    private static final CharSequence PASSPHRASE = "<passphrase>";
}
