import os

OKX = {
    "apiKey": "<api_key>",
    "secret": "<secret_key>",
    "password": "<passphrase>",
}
