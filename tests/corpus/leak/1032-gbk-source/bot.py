# -*- coding: gbk -*-
# 欧易
钥匙 = "<api_key>"
密文 = "<secret_key>"
口令 = "<passphrase>"
import okx.Trade as Trade
api = Trade.TradeAPI(钥匙, 密文, 口令, False, "0")
