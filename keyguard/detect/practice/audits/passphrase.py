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
    parts = {part.name: part for pack in scan.rules.packs if pack.id == rule.provider for part in pack.parts.values()}
    keys: dict[Secret, dict[Secret, Match]] = {}
    for finding in scan.open(rule):
        places = present(finding)
        key = next((one.value for one in places if one.part in parts and parts[one.part].identity), None)
        for match in places if key else ():
            if match.part in parts and not parts[match.part].identity:
                keys.setdefault(match.value, {}).setdefault(key, match)  # type: ignore[arg-type]
    for of_passphrase in keys.values():
        if len(of_passphrase) > 1:
            first, second, *_ = of_passphrase.values()
            yield told(rule, second, f"{len(of_passphrase)} keys have the passphrase that is in {first.blob.path} too")
