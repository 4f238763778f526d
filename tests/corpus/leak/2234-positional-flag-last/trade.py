import okx.Trade as Trade
import okx.MarketData as Market

flag = "0"  # live
trade = Trade.TradeAPI("<api_key>", "<secret_key>", "<passphrase>", False, flag)
print(trade.get_order_list())
