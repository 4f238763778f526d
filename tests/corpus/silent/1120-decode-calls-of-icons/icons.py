import base64

# shown beside the okx key and passphrase
KEY_ICON = base64.b64decode("«random60 base64|»")
PASS_ICON = base64.b64decode("«random24 base64|»")
