# Broker codes are public: they are sent as `tag` and as prefix of clOrdId
OKX_BROKER_ID = "<alnum16>"
OKX_BROKER_CODE_SPOT = "<hex16|upper>BCDE"
OKX_SUB_BROKER_CODE = "<alnum16:2>"
KUCOIN_PARTNER = {"id": "ccxt", "key": "<uuid>"}
BITGET_CHANNEL_API_CODE = "<alnum5>"
HTX_BROKER = "AA<hex8>"


def okx_client_order_id(seq: int) -> str:
    return (OKX_BROKER_ID + format(seq, "016d"))[:32]


def okx_options(options: dict | None = None) -> dict:
    options = dict(options or {})
    options.setdefault("brokerId", OKX_BROKER_ID)
    options.setdefault("sandboxMode", False)
    return options
