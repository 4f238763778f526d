import ccxt
import pandas as pd

exchange = ccxt.okx({
    "apiKey": "<api_key>",
    "secret": "<secret_key>",
    "password": "<passphrase>",
    "enableRateLimit": True,
})

TARGET = {"BTC": 0.5, "ETH": 0.3, "SOL": 0.2}


def weights():
    bal = exchange.fetch_balance()["total"]
    rows = []
    for coin in TARGET:
        px = exchange.fetch_ticker(f"{coin}/USDT")["last"]
        rows.append((coin, bal.get(coin, 0.0), px, bal.get(coin, 0.0) * px))
    df = pd.DataFrame(rows, columns=["coin", "qty", "px", "value"]).set_index("coin")
    df["w"] = df["value"] / df["value"].sum()
    return df


def rebalance(threshold=0.02):
    df = weights()
    total = df["value"].sum()
    for coin, target in TARGET.items():
        diff = target - df.loc[coin, "w"]
        if abs(diff) < threshold:
            continue
        qty = abs(diff) * total / df.loc[coin, "px"]
        side = "buy" if diff > 0 else "sell"
        exchange.create_order(f"{coin}/USDT", "market", side, qty)


rebalance()
