class OkxOptions {
  [DisplayName("Passphrase#1x9")]
  public string Passphrase { get; set; }
  [DefaultValue("Order#1x9aB")]
  public string OrderTag { get; set; }
 [DefaultValue("<uuid>")] public string OrderId { get; set; }
}
