import coinstore
from okx import MarketData

client = coinstore.Client(api_key="<uuid>", secret_key="<hex32|upper>")
ticker = MarketData.MarketAPI().get_ticker("BTC-USDT")
