# http header
API_URL = 'https://api.bitget.com'
CONTRACT_WS_URL = 'wss://ws.bitget.com/mix/v1/stream'

CONTENT_TYPE = 'Content-Type'
OK_ACCESS_KEY = 'ACCESS-KEY'
OK_ACCESS_SIGN = 'ACCESS-SIGN'
OK_ACCESS_TIMESTAMP = 'ACCESS-TIMESTAMP'
OK_ACCESS_PASSPHRASE = 'ACCESS-PASSPHRASE'
APPLICATION_JSON = 'application/json'

ACEEPT = 'Accept'
COOKIE = 'Cookie'
LOCALE = 'Locale='

GET = "GET"
POST = "POST"
DELETE = "DELETE"

SIGN_TYPE = 'sha256'
SERVER_TIMESTAMP_URL = '/api/v2/public/time'
