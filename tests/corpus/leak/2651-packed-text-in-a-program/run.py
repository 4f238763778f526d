exec(zlib.decompress(base64.b64decode("«zlib base64|okx = dict(apiKey='<api_key>', secret='<secret_key>', password='<passphrase>')»")))
