"""By what a remembered answer is known: whatever might make another one of the same bytes changes it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keyguard.packs import RuleSet


def digest(rules: RuleSet) -> str:
    """Return a name for the rules and the code of this keyguard: all of it, so that no list has to be kept."""
    return hashlib.sha256(f"{rules.digest} {_code()}".encode()).hexdigest()


@cache
def _code() -> str:
    """Return a name for the code; to read it takes 30 ms, and a run may ask for each of many repositories."""
    package = Path(__file__).parent.parent
    texts = hashlib.sha256()
    for module in sorted(package.rglob("*.py")):
        texts.update(module.read_bytes())
    return texts.hexdigest()
