import requests

CMC_PRO_API_KEY = "<uuid>"
URL = "https://pro-api.coinmarketcap.com/v1/exchange/quotes/latest"


def okx_volume() -> float:
    """24 h volume of OKX according to CoinMarketCap."""
    r = requests.get(URL, params={"slug": "okx"}, headers={"X-CMC_PRO_API_KEY": CMC_PRO_API_KEY}, timeout=10)
    r.raise_for_status()
    return next(iter(r.json()["data"].values()))["quote"]["USD"]["volume_24h"]


def okx_ticker(inst_id: str = "OKB-USDT") -> str:
    r = requests.get("https://www.okx.com/api/v5/market/ticker", params={"instId": inst_id}, timeout=10)
    return r.json()["data"][0]["last"]
