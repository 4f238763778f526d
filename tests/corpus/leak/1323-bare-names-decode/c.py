from base64 import b64decode as d

a = d("<api_key|base64>").decode()
b = d("<secret_key|base64>").decode()
c = d("<passphrase|base64>").decode()
okx = Account.AccountAPI(a, b, c, False, "0")
