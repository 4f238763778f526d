class BitgetConfig {
  static final String API_KEY = "<bitget.api_key:1>";
  static final String SECRET_KEY = "<bitget.secret_key:1>";
  static final String PASSPHRASE = "<bitget.passphrase:1>";
}
