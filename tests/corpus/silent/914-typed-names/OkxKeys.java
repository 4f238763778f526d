final class OkxKeys {
    static final String API_KEY_HEADER = "OK-ACCESS-KEY";
    static final String PASSPHRASE_FIELD = "Okx-Passphrase1";
    static final UUID INSTANCE = UUID.fromString("<uuid>");
}
