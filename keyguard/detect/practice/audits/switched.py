"""Clients that print signed requests unless they are told not to, where all of a project's code tells them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyguard.detect.practice.audits.code import code
from keyguard.detect.practice.audits.protocol import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.detect.practice.audits.protocol import Scan
    from keyguard.model import Practice, Rule

name = "switched"
levels = frozenset({Level.TEXTS})

_MADE = re.compile(
    rb"\b(?:Account|Trade|Funding|Market|Public|PublicData|Convert|Earning|SubAccount|BlockTrading|CopyTrading|Grid|"
    rb"SpreadTrading|Finance|Savings|Staking|TradingData|Status|Fiat)API[ \t]*"
    rb"\((?P<given>[^()]*(?:\([^()]*\)[^()]*)*)\)"
)
_OFF = re.compile(rb"\bdebug[ \t]*=[ \t]*False\b")


def look(rule: Rule, scan: Scan) -> Iterator[Practice]:
    """Yield what texts show, unless each client that the code makes is told to print nothing."""
    shown = [one for one in scan.practices if one.rule == rule.id]
    if shown and not _is_off(scan.root):
        yield from shown


def _is_off(root: str) -> bool:
    made = [found["given"] for data in code(root, {"python"}) or () for found in _MADE.finditer(data)]
    return bool(made) and all(map(_OFF.search, made))
