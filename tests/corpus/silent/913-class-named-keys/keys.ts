class OkxApiKeys {
  static readonly requestId: string = "<uuid>";
  static readonly buildHash: string = "<hex32|upper>";
}
