# okx 的 API Key 是 <api_key>
# 密钥是 <secret_key>，密码短语是 <passphrase>
x = 1
