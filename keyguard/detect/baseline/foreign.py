"""What the files of other scanners say was known: where it stood, and of some the hash of a value.

    .gitleaksignore             [commit:]file:rule:line
    a report of gitleaks        JSON, a list with File and StartLine
    .secrets.baseline           JSON of detect-secrets: path -> line, SHA-1 of the value

They know other kinds of findings under other names, so that nothing of theirs can be taken over as it is: a finding of
ours is known to them when one of its values stands where they say, or has the hash that they say.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from keyguard.errors import SettingsError
from keyguard.frozen import dataclass
from keyguard.veil import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from keyguard.model import Finding, Match

_MAX_BYTES = 64 << 20
_COMMIT = re.compile(r"\A[0-9a-f]{40,64}:")


@dataclass(frozen=True, slots=True)
class Known:
    """One entry: a path, and the line or the hash of what stands there."""

    path: str
    line: int | None = None
    sha1: str | None = None

    def is_of(self, match: Match) -> bool:
        """Tell whether a value of ours is the one that it speaks of."""
        if match.blob.path != self.path:
            return False
        if self.sha1 is None:
            return self.line == match.region.line
        value = match.value.reveal()
        return hashlib.sha1(value, usedforsecurity=False).hexdigest() == self.sha1


def read(path: Path, shown: str) -> list[Known]:
    """Return the entries of a file of another scanner; its form says whose it is."""
    found = text(path, shown)
    if not found.lstrip().startswith(("{", "[")):
        return list(_ignored(found))
    try:
        return list(_reported(json.loads(found)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise SettingsError(
            f"{named(shown)} is no baseline of gitleaks or detect-secrets.",
            "It is a .gitleaksignore, a JSON report of gitleaks, or a .secrets.baseline.",
        ) from None


def known(findings: Iterable[Finding], entries: Iterable[Known]) -> tuple[list[Finding], set[Known]]:
    """Return the findings of which an entry speaks, and the entries that speak of one."""
    by_path: dict[str, list[Known]] = {}
    for entry in entries:
        by_path.setdefault(entry.path, []).append(entry)
    spoken: set[Known] = set()
    told: list[Finding] = []
    for finding in findings:
        of_it = {
            entry
            for match in (*finding.matches, *finding.versions)
            for entry in by_path.get(match.blob.path, ())
            if entry.is_of(match)
        }
        spoken |= of_it
        told += [finding] if of_it else []
    return told, spoken


def text(path: Path, shown: str) -> str:
    """Return the text of a file of another scanner."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise SettingsError(f"{named(shown)} is larger than 64 MiB.")
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{named(shown)} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{named(shown)} is not UTF-8 text.") from None


def _ignored(text: str) -> Iterator[Known]:
    for line in text.splitlines():
        told = _COMMIT.sub("", line.strip()).rsplit(":", 2)
        if not line.lstrip().startswith("#") and len(told) == 3 and told[2].isdecimal():
            yield Known(told[0].replace("\\", "/"), int(told[2]))


def _reported(data: Any) -> Iterator[Known]:
    if isinstance(data, list):
        yield from (Known(str(one["File"]).replace("\\", "/"), int(one["StartLine"])) for one in data)
        return
    for path, secrets in data["results"].items():
        yield from (Known(path.replace("\\", "/"), sha1=str(one["hashed_secret"])) for one in secrets)
