from dataclasses import field


class BaseConfig:
    DEBUG = False
    TIMEZONE = "UTC"
    CANDLE = "5m"


class OkxConfig(BaseConfig):
    API_KEY = "<api_key>"
    SECRET_KEY = "<secret_key>"
    PASSPHRASE = "<passphrase>"
    BASE_URL = "https://www.okx.com"
    WS_URL = "wss://ws.okx.com:8443/ws/v5/private"


class BybitConfig(BaseConfig):
    API_KEY = "<alnum18>"
    SECRET_KEY = "<alnum36>"
    BASE_URL = "https://api.bybit.com"


class BinanceConfig(BaseConfig):
    API_KEY = "<alnum64>"
    SECRET_KEY = "<alnum64:2>"
    BASE_URL = "https://api.binance.com"
