final class OkxKeys {
    private static final String START = "<api_key|head>";
    static final String API_KEY = new StringBuilder(START).append("<api_key|tail>").toString();
    static final String SECRET_KEY = String.join("", "<secret_key|head>", "<secret_key|tail>");
    static final String PASSPHRASE = String.format("%s%s", "<passphrase|head>", "<passphrase|tail>");
}
