"""Cache keys of OKX responses: md5 of the request, upper case."""
import hashlib
import uuid

NAMESPACE_OKX = uuid.UUID("<uuid>")
EMPTY_BODY_KEY = "D41D8CD98F00B204E9800998ECF8427E"
TICKERS_KEY = "<hex32|upper>"
INSTRUMENTS_KEY = "<hex32:2|upper>"


def cache_key(path: str, params: dict[str, str]) -> str:
    text = path + "?" + "&".join(f"{k}={v}" for k, v in sorted(params.items()))
    return hashlib.md5(text.encode()).hexdigest().upper()


assert cache_key("/api/v5/market/tickers", {"instType": "SPOT"}) == TICKERS_KEY
assert cache_key("/api/v5/public/instruments", {"instType": "SWAP"}) == INSTRUMENTS_KEY


def trace_id(request_path: str) -> str:
    return str(uuid.uuid5(NAMESPACE_OKX, request_path))
