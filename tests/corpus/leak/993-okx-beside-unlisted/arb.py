import coinstore
import okx.Account as Account

left = coinstore.Client(api_key="<uuid>", secret_key="<hex32|upper>")
right = Account.AccountAPI("<api_key>", "<secret_key>", "<passphrase>", False, "0")
