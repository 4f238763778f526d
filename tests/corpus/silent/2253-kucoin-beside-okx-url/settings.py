OKX_PUBLIC_WS = "wss://ws.okx.com:8443/ws/v5/public"

KUCOIN_API_KEY = "65f1c0aa3f2b1d0001a4b2c3"
KUCOIN_API_SECRET = "<uuid:5>"
KUCOIN_API_PASSPHRASE = "<alnum16>"
