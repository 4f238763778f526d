@Sources("file:okx.properties") interface OkxC extends Config {
  @Key("okx.api.key") @DefaultValue("<api_key>")
  String apiKey();
  @Key("okx.secret.key") @DefaultValue("<secret_key>")
  String secretKey();
  @Key("okx.passphrase") @DefaultValue("<passphrase>")
  String passphrase();
}
