BITGET_API_KEY = "<bitget.api_key:1>"
BITGET_SECRET_KEY = "<bitget.secret_key:1>"
BITGET_PASSPHRASE = "<bitget.passphrase:1>"
