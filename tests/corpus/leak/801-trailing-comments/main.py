import okx.Trade as Trade

apiKey = "<api_key>"   #备注名 = "grid"   #权限 = "读取/提现/交易"
secretkey = "<secret_key>"  # note: 5, see https://www.okx.com/account/my-api
passphrase = "<passphrase>"  # name = "x"

trade = Trade.TradeAPI(apiKey, secretkey, passphrase, False, "0")
