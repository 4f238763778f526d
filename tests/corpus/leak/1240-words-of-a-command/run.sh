python okx_bot.py --api-key "<api_key>" --secret-key "<secret_key>" --passphrase "<passphrase>"
okx_login "<api_key>" "<secret_key>" "<passphrase>" "main"
