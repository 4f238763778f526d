class OkxApiKeys {
  static readonly apiKey: string = "<api_key>";
  static readonly secretKey: string = "<secret_key>";
  static readonly passphrase: string = "<passphrase>";
}
