"""Values stay where they were read: a match that leaves its process has their mask and names, which this module makes.

A tag (BLAKE2 under 32 random bytes of the run) joins equal values of one run and says nothing outside of it; the
fingerprint of a long and random value is the one that reports and baselines know it by.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from keyguard import fingerprint
from keyguard.model import Sealed

if TYPE_CHECKING:
    from collections.abc import Collection

    from keyguard.model import Match
    from keyguard.packs import RuleSet

_TAG = 16  # bytes


class Seal:
    """Seals the matches of one run; `key` is the run's, and the same in all of its processes."""

    def __init__(self, key: bytes, rules: RuleSet) -> None:
        self._key = key
        self._identities: Collection[tuple[str, str | None]] = frozenset(
            (pack.id, part.name) for pack in rules.packs for part in pack.parts.values() if part.identity
        )

    def tag(self, value: bytes) -> bytes:
        """Name a value within the run."""
        return hashlib.blake2b(value, key=self._key, digest_size=_TAG).digest()

    def __call__(self, match: Match) -> Match:
        """Return a match without its value."""
        secret = match.value
        value = secret.reveal()
        part = match.part or ""
        known = (match.provider, match.part) in self._identities
        name = fingerprint.of_value(match.provider, part, value) if known else ""
        return replace(match, value=Sealed(self.tag(value), secret.mask, secret.shown, name))
