using CryptoAPIs.Okex

client = OkexClient(;
    base_url = "https://www.okex.com",
    public_key = "<api_key>",
    secret_key = "<secret_key>",
    passphrase = "<passphrase>",
)
