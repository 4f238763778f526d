# Replace the three values with your own before running.
import okx.Trade as Trade

api_key = "12345678-1234-1234-1234-123456789abc"
secret_key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
passphrase = "your_passphrase_here"

flag = "1"  # demo trading

tradeAPI = Trade.TradeAPI(api_key, secret_key, passphrase, False, flag)

result = tradeAPI.place_order(
    instId="BTC-USDT",
    tdMode="cash",
    side="buy",
    ordType="limit",
    px="2.15",
    sz="2",
)
print(result)
