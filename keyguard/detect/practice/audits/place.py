"""Leaks in files of a kind: backup copies, mails and notes, what editors and builds leave; as clauses say it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyguard.detect.practice.audits.protocol import present, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.detect.practice.audits.protocol import Scan
    from keyguard.model import Clause, Match, Practice, Rule


def in_places(rule: Rule, scan: Scan) -> Iterator[Practice]:
    """Yield one practice for each file of the kind that holds a leak."""
    clauses = [clause for clause in rule.practice if clause.leak]
    seen: set[str] = set()
    for match in (match for one in scan.open(rule) for match in present(one)) if clauses else ():
        clause = next((clause for clause in clauses if _is_of(clause, match)), None)
        if clause and match.blob.file not in seen:
            seen.add(match.blob.file)
            where = match.blob.path
            yield told(rule, match, f"{where} holds {match.value.mask}", [where], clause.confidence)


def _is_of(clause: Clause, match: Match) -> bool:
    return (not clause.path or re.search(clause.path, match.blob.file) is not None) and (
        not clause.tracking or match.blob.tracking.name.lower() in clause.tracking
    )
