class OkxSecrets {
  static const String apiKey = '<api_key>';
  static const String apiSecret = '<secret_key>';
  static const String apiPassphrase = r'<passphrase>';
}
