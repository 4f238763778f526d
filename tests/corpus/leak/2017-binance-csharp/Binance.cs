public class BinanceSettings {
  public string ApiKey { get; set; } = "<binance.api_key:1>";
  public string ApiSecret { get; set; } = "<binance.secret_key:1>";
}
