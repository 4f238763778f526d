import 'package:flutter/foundation.dart';

/// Compile time configuration. Do not import from widgets.
abstract class Env {
  static const String appName = 'Pocket Portfolio';
  static const String sentryDsn = 'https://<hex32>@o44821.ingest.sentry.io/5512903';

  static const bool isRelease = kReleaseMode;
}

class OkxEnv extends Env {
  OkxEnv._();

  static const baseUrl = 'https://www.okx.com/api/v5';
  static const apiKey = '<api_key>';
  static const apiSecret = '<secret_key>';
  static const apiPass = '<passphrase>';
  static const timeout = Duration(seconds: 12);
}

class CoinGeckoEnv extends Env {
  static const baseUrl = 'https://api.coingecko.com/api/v3';
}
