"""One credential in several applications, or for demo and live trading alike."""

from __future__ import annotations

import fnmatch
import os
from typing import TYPE_CHECKING

from keyguard.detect.practice.audits.protocol import Level, file_of, present, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keyguard.detect.practice.audits.protocol import Scan
    from keyguard.model import Finding, Match, Practice, Rule

name = "reuse"
levels = frozenset({Level.OUTCOME, Level.TOGETHER})

_MANIFESTS = (
    "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "package.json", "go.mod", "Cargo.toml",
    "pom.xml", "build.gradle", "build.gradle.kts", "composer.json", "Gemfile", "*.csproj", "*.fsproj", "mix.exs",
)  # fmt: skip
_ENTRIES = 2_000  # of a folder that are looked at


def look(rule: Rule, scan: Scan) -> Iterator[Practice]:
    """Yield one practice for a credential; across repositories, only what the scan of none of them told."""
    applications = _Applications(scan)
    for finding in scan.open(rule):
        places = present(finding)
        if scan.folders and not _is_across(places, scan):
            continue
        known = {applications.of(match): match for match in reversed(places)}
        where = sorted(filter(None, known))
        if len(where) > 1:
            yield told(rule, known[where[1]], f"{_mask(finding)} is used by {', '.join(where)}", where)
        elif len({match.realm for match in places} - {None}) > 1:
            yield told(rule, places[0], f"{_mask(finding)} is used for demo and live trading")


def _is_across(places: Sequence[Match], scan: Scan) -> bool:
    return len({scan.repository(match) for match in places}) > 1


def _mask(finding: Finding) -> str:
    return finding.matches[0].value.mask


class _Applications:
    """Tells which application a file belongs to: the nearest folder above it with a manifest, or its repository."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._known: dict[str, bool] = {}

    def of(self, match: Match) -> str:
        """Return the folder of the application, relative to the root; '' where there is none."""
        repository = self._scan.repository(match)
        path, file = match.blob.file, file_of(match)
        if file is None or not file.replace(os.sep, "/").endswith(path):
            return repository.rstrip("/")
        root = file[: len(file) - len(path)]
        folder = path.rpartition("/")[0]
        while folder and len(folder) >= len(repository.rstrip("/")):
            if self._has_manifest(root + folder):
                return folder
            folder = folder.rpartition("/")[0]
        return repository.rstrip("/") or ("." if self._has_manifest(root) else "")

    def _has_manifest(self, folder: str) -> bool:
        if folder not in self._known:
            self._known[folder] = any(_is_manifest(name) for name in _names(folder))
        return self._known[folder]


def _is_manifest(name: str) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in _MANIFESTS)


def _names(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            for _, entry in zip(range(_ENTRIES), entries, strict=False):
                yield entry.name
    except OSError:
        return
