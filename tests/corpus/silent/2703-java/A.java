class OkxOrder {
  @Value("<uuid>") private String requestId;
  @Value("${okx.passphrase}") private String passphrase;
  @Value("#{systemEnvironment['OKX_KEY']}") private String apiKey;
  @DefaultValue("Client#99xA") String clientTag();
}
