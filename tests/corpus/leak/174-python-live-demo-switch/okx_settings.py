DEMO = True

if DEMO:
    # simulated trading account
    api_key = "<api_key>"
    secret_key = "<secret_key>"
    passphrase = "<passphrase>"
    flag = "1"
else:
    # real account
    api_key = "<api_key:2>"
    secret_key = "<secret_key:2>"
    passphrase = "<passphrase:2>"
    flag = "0"

proxies = {"http": "http://127.0.0.1:7890", "https": "http://127.0.0.1:7890"}
inst_id = "ETH-USDT-SWAP"
lever = "10"
