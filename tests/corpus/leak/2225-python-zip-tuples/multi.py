from okx import Account

ACCOUNTS = [
    ("alpha", "<api_key:1>", "<secret_key:1>", "<passphrase:1>"),
    ("beta", "<api_key:2>", "<secret_key:2>", "<passphrase:2>"),
    ("gamma", "<api_key:3>", "<secret_key:3>", "<passphrase:3>"),
]
for name, *triple in ACCOUNTS:
    Account.AccountAPI(*triple, flag="0")
