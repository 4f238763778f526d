import okx.Trade as Trade

a = "<api_key>"
b = "<secret_key>"
c = "<passphrase>"

api = Trade.TradeAPI(a, b, c, False, "0")
