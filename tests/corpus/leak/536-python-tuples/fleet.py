"""Rotates orders over three OKX sub-accounts to stay under the rate limit."""
from __future__ import annotations

import itertools
from dataclasses import dataclass

import okx.Trade as Trade

# name, key, secret, phrase, weight
FLEET = [
    ("north", "<api_key>",   "<secret_key>",   "<passphrase>",   0.5),
    ("south", "<api_key:2>", "<secret_key:2>", "<passphrase:2>", 0.3),
    ("west",  "<api_key:3>", "<secret_key:3>", "<passphrase:3>", 0.2),
]


@dataclass
class Leg:
    name: str
    api: Trade.TradeAPI
    weight: float


def legs() -> list[Leg]:
    return [Leg(n, Trade.TradeAPI(k, s, p, False, "0"), w) for n, k, s, p, w in FLEET]


def rotate():
    return itertools.cycle(legs())
