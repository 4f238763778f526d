import okx.Account as Account

api = Account.AccountAPI("<api_key>", "<secret_key>", "<passphrase|backslash|escapes>", False, "0")
