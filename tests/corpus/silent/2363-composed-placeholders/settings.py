PREFIX = "your"
OKX = {
    "apiKey": f"{PREFIX}-api-key-here",
    "secret": "{}-secret-key".format(PREFIX),
    "password": "-".join([PREFIX, "passphrase"]),
}
ORDER = "-".join(["<hex8>", "<digits4>", "okx"])
