# adapted from the okx v3 sdk, constant names kept
API_URL = 'https://api.bitget.com'
CONTENT_TYPE = 'Content-Type'
OK_ACCESS_KEY = 'ACCESS-KEY'
OK_ACCESS_SIGN = 'ACCESS-SIGN'
OK_ACCESS_TIMESTAMP = 'ACCESS-TIMESTAMP'
OK_ACCESS_PASSPHRASE = 'ACCESS-PASSPHRASE'

BITGET_API_KEY = 'bg_<hex32>'
BITGET_SECRET_KEY = '<hex64>'
BITGET_PASSPHRASE = '<passphrase>'

GET = 'GET'
POST = 'POST'
