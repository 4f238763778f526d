import okx.Account as Account

START, WORD = "<api_key|head>", "x"
half = "<secret_key|head>"
api = Account.AccountAPI(
    "{}{}".format("<api_key|head>", "<api_key|tail>"),
    "%s%s" % (half, "<secret_key|tail>"),
    "".join(("<passphrase|head>", "<passphrase|tail>")),
)
