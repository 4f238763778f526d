public class OkxOptions {
  [DefaultValue("<api_key>")]
  public string ApiKey { get; set; }
  [DefaultValue("<secret_key>")]
  public string SecretKey { get; set; }
  [DefaultValue("<passphrase>")]
  public string Passphrase { get; set; }
}
