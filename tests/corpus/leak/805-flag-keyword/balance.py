from okx.api import Account

API_KEY = "<api_key>"
SECRET_KEY = "<secret_key>"
PASSPHRASE = "<passphrase>"

account = Account.AccountAPI(API_KEY, SECRET_KEY, PASSPHRASE, use_server_time=False, flag='1')
print(account.get_account_balance())
