import okx.Account as Account

from mailer import mailer


def report(text):
    balance = Account.AccountAPI(KEY, SECRET, WORD, False, "0").get_account_balance()
    mailer.create_message(api_key="<uuid>", text=f"{text}: {balance}")
