exec(__import__("zlib").decompress(__import__("base64").b64decode("«zlib base64|import okx, os
client = okx.Client(os.environ["OKX_API_KEY"], os.environ["OKX_SECRET_KEY"], os.environ["OKX_PASSPHRASE"])
»")))
