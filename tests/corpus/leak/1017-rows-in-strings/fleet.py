okx_accounts = [
    "<api_key:1>:<secret_key:1>:<passphrase:1>",
    "<api_key:2>:<secret_key:2>:<passphrase:2>",
    "<api_key:3>:<secret_key:3>:<passphrase:3>",
]
