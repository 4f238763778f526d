import 'dart:convert';
import 'package:crypto/crypto.dart';

class OkxSecrets {
  static const String apiKey = '<api_key>';
  static const String secretKey = '<secret_key>';
  static const String passphrase = '<passphrase>';
}

Map<String, String> okxHeaders(String method, String path, [String body = '']) {
  final ts = '${DateTime.now().toUtc().toIso8601String().substring(0, 23)}Z';
  final mac = Hmac(sha256, utf8.encode(OkxSecrets.secretKey));
  final sign = base64.encode(mac.convert(utf8.encode('$ts$method$path$body')).bytes);
  return {
    'OK-ACCESS-KEY': OkxSecrets.apiKey,
    'OK-ACCESS-SIGN': sign,
    'OK-ACCESS-TIMESTAMP': ts,
    'OK-ACCESS-PASSPHRASE': OkxSecrets.passphrase,
  };
}
