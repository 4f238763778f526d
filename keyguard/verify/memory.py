"""Verdicts that are still fresh: in memory, and in a file of the user's cache when he asked for it.

Nothing in the file gives a value away: a credential is known there by a slow hash of its passphrase, salted with its
other parts, and a verdict holds masks alone. Only what was decided is kept.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Protocol

from keyguard.model import Secret, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FRESH = timedelta(hours=1)
_KEPT = 4096  # verdicts in the file

_Key = tuple[object, ...]


class Store(Protocol):
    """Where the file's bytes are kept."""

    def load(self) -> bytes | None:
        """Return what was kept, or None."""

    def save(self, data: bytes) -> None:
        """Keep it; what cannot be kept costs time only."""


class Memory:
    """Answers a question that was asked within the hour; `terms` are what else an answer depends on."""

    def __init__(self, store: Store | None = None, terms: str = "") -> None:
        self._store, self._terms = store, terms
        self._known: dict[_Key, Verdict] = {}
        self._kept: dict[str, Verdict] = _parsed(store.load()) if store else {}

    def known(self, parts: Mapping[str, Secret], told: _Key) -> Verdict | None:
        """Return what is known of a credential without asking, if it is fresh."""
        key = _key(parts, told)
        verdict = self._known.get(key)
        if verdict is None and self._kept:
            verdict = self._kept.get(_name(parts, f"{self._terms}:{told}"))
        if verdict is None or not _is_fresh(verdict):
            return None
        self._known[key] = verdict
        return verdict

    def recall(self, parts: Mapping[str, Secret], told: _Key, ask: Callable[[], Verdict]) -> Verdict:
        """Return what is known of a credential, or ask."""
        verdict = self.known(parts, told)
        if verdict is None:
            verdict = self._known[_key(parts, told)] = ask()
            # Addresses stay out of the file, and without them the verdict would be another; with hosts left to ask it
            # may be another the next time.
            is_kept = verdict.status not in {"undecided", "not-checked"} and not verdict.addresses and not verdict.left
            if self._store and is_kept:
                self._keep(_name(parts, f"{self._terms}:{told}"), verdict)
        return verdict

    def _keep(self, name: str, verdict: Verdict) -> None:
        self._kept[name] = verdict
        fresh = {name: asdict(kept) for name, kept in self._kept.items() if _is_fresh(kept)}
        if self._store:
            self._store.save(json.dumps(dict(list(fresh.items())[-_KEPT:])).encode())


def _key(parts: Mapping[str, Secret], told: _Key) -> _Key:
    return (*sorted((name, value.reveal()) for name, value in parts.items()), *told)


def _name(parts: Mapping[str, Secret], terms: str) -> str:
    """Hash the parts so that a typed passphrase cannot be found by trying, whoever reads the file: 0.1 s a try."""
    *_, last = sorted(parts)
    salt = hashlib.sha256(terms.encode())
    for name in sorted(parts):
        if name != "passphrase":
            salt.update(b"\0" + parts[name].reveal())
    typed = parts.get("passphrase", parts[last]).reveal()
    return hashlib.scrypt(typed, salt=salt.digest(), n=2**15, r=8, p=1, maxmem=2**26, dklen=20).hex()


def _is_fresh(verdict: Verdict) -> bool:
    try:
        checked = datetime.fromisoformat((verdict.checked_at or "").replace("Z", "+00:00"))
        age = datetime.now(tz=timezone.utc) - checked
    except (TypeError, ValueError):
        return False
    return timedelta(0) <= age < FRESH


def _parsed(data: bytes | None) -> dict[str, Verdict]:
    try:
        kept = json.loads(data or b"{}")
        return {str(name): _verdict(record) for name, record in kept.items()}
    except (AttributeError, TypeError, ValueError):
        return {}  # written by another version


def _verdict(record: Mapping[str, Any]) -> Verdict:
    if set(record) != {field.name for field in fields(Verdict)}:
        raise ValueError("the record of another version")
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in record.items()
    }
    return Verdict(**values)
