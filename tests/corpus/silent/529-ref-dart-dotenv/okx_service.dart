import 'package:flutter_dotenv/flutter_dotenv.dart';
import 'package:flutter_secure_storage/flutter_secure_storage.dart';

class OkxService {
  final _storage = const FlutterSecureStorage();

  static const _kKey = 'okx_api_key';
  static const _kSecret = 'okx_secret_key';
  static const _kPass = 'okx_passphrase';

  Future<({String key, String secret, String passphrase})> load() async => (
        key: await _storage.read(key: _kKey) ?? dotenv.env['OKX_API_KEY']!,
        secret: await _storage.read(key: _kSecret) ?? dotenv.env['OKX_SECRET_KEY']!,
        passphrase: await _storage.read(key: _kPass) ?? dotenv.env['OKX_PASSPHRASE']!,
      );
}
