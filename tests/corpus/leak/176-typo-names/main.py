# coding=utf-8
import time
from okx import Trade, PublicData

API_KEYS = '<api_key>'
SECRET_KEYS = '<secret_key>'
passPharse = '<passphrase>'

trade = Trade.TradeAPI(API_KEYS, SECRET_KEYS, passPharse, False, '0')
public = PublicData.PublicAPI(flag='0')

while True:
    rate = public.get_funding_rate('ETH-USDT-SWAP')['data'][0]['fundingRate']
    print(time.strftime('%X'), rate)
    if float(rate) > 0.001:
        trade.place_order(instId='ETH-USDT-SWAP', tdMode='cross', side='sell', ordType='market', sz='1')
        break
    time.sleep(60)
