public class BitgetSettings {
  public string ApiKey { get; set; } = "<bitget.api_key:1>";
  public string ApiSecret { get; set; } = "<bitget.secret_key:1>";
  public string Passphrase { get; set; } = "<bitget.passphrase:1>";
}
