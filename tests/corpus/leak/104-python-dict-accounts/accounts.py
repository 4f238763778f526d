ACCOUNTS = [
    {
        "name": "ouyi_zhang",
        "exchange": "okx",
        "apiKey": "<api_key>",
        "secretKey": "<secret_key>",
        "passphrase": "<passphrase>",
        "leverage": 3,
    },
    {
        "name": "ouyi_li",
        "exchange": "okx",
        "apiKey": "<api_key:2>",
        "secretKey": "<secret_key:2>",
        "passphrase": "<passphrase:2>",
        "leverage": 5,
    },
    {
        "name": "bn_wang",
        "exchange": "binance",
        "apiKey": "<alnum64>",
        "secretKey": "<alnum64:2>",
        "leverage": 2,
    },
]


def by_name(name):
    for acc in ACCOUNTS:
        if acc["name"] == name:
            return acc
    raise KeyError(name)
