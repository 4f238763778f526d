"""Client order ids for OKX: 32 characters, letters and digits, unique per account."""
import uuid

STRATEGY_ID = "<uuid>"
NAMESPACE = uuid.UUID("<uuid:2>")
BROKER_TAG = "<alnum16>"


def cl_ord_id(seq: int) -> str:
    return uuid.uuid5(NAMESPACE, f"{STRATEGY_ID}:{seq}").hex.upper()


# golden values, used by the replay tool
KNOWN = {
    1: "<hex32|upper>",
    2: "<hex32:2|upper>",
    3: "<hex32:3|upper>",
}
