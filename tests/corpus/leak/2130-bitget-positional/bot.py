from bitget.client import BitgetClient

client = BitgetClient("<bitget.api_key:1>", "<bitget.secret_key:1>", "<bitget.passphrase:1>")
