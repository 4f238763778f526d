import 'dart:convert';

import 'package:crypto/crypto.dart';
import 'package:http/http.dart' as http;

class OkxService {
  static const String _host = 'www.okx.com';
  final String _accessKey = '<api_key>';
  final String _secretKey = '<secret_key>';
  final String _passPhrase = '<passphrase>';

  String _sign(String ts, String method, String path, [String body = '']) {
    final mac = Hmac(sha256, utf8.encode(_secretKey));
    return base64.encode(mac.convert(utf8.encode('$ts$method$path$body')).bytes);
  }

  Future<List<dynamic>> positions() async {
    const path = '/api/v5/account/positions';
    final ts = '${DateTime.now().toUtc().toIso8601String().substring(0, 23)}Z';
    final res = await http.get(Uri.https(_host, path), headers: {
      'OK-ACCESS-KEY': _accessKey,
      'OK-ACCESS-SIGN': _sign(ts, 'GET', path),
      'OK-ACCESS-TIMESTAMP': ts,
      'OK-ACCESS-PASSPHRASE': _passPhrase,
    });
    if (res.statusCode != 200) {
      throw Exception('okx ${res.statusCode}: ${res.body}');
    }
    return jsonDecode(res.body)['data'] as List<dynamic>;
  }
}
