import okx.Account as Account

a = "<api_key>"
b = "<secret_key>"
c = "<passphrase>"
account = Account.AccountAPI(a, b, c, False, "0")
