import time
import logging

import okx.Account as Account
import okx.MarketData as MarketData
import okx.Trade as Trade

logging.basicConfig(level=logging.INFO)
log = logging.getLogger("grid")

apikey = "<api_key>"
secretkey = "<secret_key>"
passphrase = "<passphrase>"

flag = "1"  # live trading: 0, demo trading: 1

accountAPI = Account.AccountAPI(apikey, secretkey, passphrase, False, flag)
tradeAPI = Trade.TradeAPI(apikey, secretkey, passphrase, False, flag)
marketAPI = MarketData.MarketAPI(flag=flag)

INST = "BTC-USDT"
STEP = 35.0
SIZE = "0.002"


def last_price():
    result = marketAPI.get_ticker(instId=INST)
    return float(result["data"][0]["last"])


def place(side, px):
    result = tradeAPI.place_order(
        instId=INST, tdMode="cash", side=side, ordType="limit", px=str(px), sz=SIZE
    )
    if result["code"] != "0":
        log.warning("order refused: %s %s", result["code"], result["data"][0]["sMsg"])
    return result


def main():
    balance = accountAPI.get_account_balance(ccy="USDT")
    log.info("usdt %s", balance["data"][0]["details"][0]["availBal"])
    while True:
        px = last_price()
        place("buy", round(px - STEP, 1))
        place("sell", round(px + STEP, 1))
        time.sleep(20)


if __name__ == "__main__":
    main()
