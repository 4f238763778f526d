"""One passphrase for several keys: whoever has one key's has them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.detect.practice.audits.protocol import Level, present, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.detect.practice.audits.protocol import Scan
    from keyguard.model import Match, Practice, Rule, Secret

name = "passphrase"
levels = frozenset({Level.OUTCOME})


def look(rule: Rule, scan: Scan) -> Iterator[Practice]:
    """Yield one practice for each passphrase, at its place beside the second key."""
    keys: dict[Secret, dict[Secret, Match]] = {}
    for key, match in _pairs(rule, scan):
        keys.setdefault(match.value, {}).setdefault(key, match)
    for of_passphrase in keys.values():
        if len(of_passphrase) > 1:
            first, second, *_ = of_passphrase.values()
            where = first.blob.path
            yield told(rule, second, f"{len(of_passphrase)} keys have the passphrase that is in {where} too", [where])


def _pairs(rule: Rule, scan: Scan) -> Iterator[tuple[Secret, Match]]:
    """Yield each passphrase with the key that it belongs to."""
    long = {part.name for pack in scan.rules.packs for part in pack.parts.values() if part.identity}
    for finding in scan.open(rule):
        places = present(finding)
        key = next((one.value for one in places if one.part in long), None)
        if key:
            yield from ((key, match) for match in places if match.part and match.part not in long)
