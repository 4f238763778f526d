keys = [
    "<api_key:1>",
    "<api_key:2>",
]
secrets = ["<secret_key:1>", "<secret_key:2>"]
passwords = ["<passphrase:1>", "<passphrase:2>"]
