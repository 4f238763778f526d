import base64, json, zlib

okx = json.loads(zlib.decompress(base64.b64decode("«zlib base64|{"apiKey": "<api_key>", "secretKey": "<secret_key>", "passphrase": "<passphrase>"}»")))
