class BinanceConfig {
  static final String API_KEY = "<binance.api_key:1>";
  static final String SECRET_KEY = "<binance.secret_key:1>";
}
