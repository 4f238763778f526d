"""The corpus of leaks and silent files, filled and scanned; used by the tests and by benchmarks/accuracy.py."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard import cache, packs
from keyguard import settings as config
from keyguard.engine.order import scan
from keyguard.model import Secret
from keyguard.sources.files import FileSource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keyguard.model import Finding, Match, Outcome

CORPUS = Path(__file__).parent / "corpus"
LEAK = CORPUS / "leak"
SILENT = CORPUS / "silent"

Values = frozenset[tuple[str, str]]
"""One credential: its parts with their values."""


def cases(kind: Path) -> list[Path]:
    """Return the folders of one kind of case, in their order."""
    return sorted(path for path in kind.iterdir() if path.is_dir())


def files(case: Path) -> list[Path]:
    """Return the files of a case."""
    return sorted(path for path in case.rglob("*") if path.is_file())


def fill(case: Path, into: Path) -> None:
    """Write a case with its marks filled."""
    for file in files(case):
        target = into / file.relative_to(case)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_bytes().decode("utf-8", "surrogateescape")
        target.write_bytes(packs.expand(text, case.name).encode("utf-8", "surrogateescape"))


def expected(case: Path) -> dict[int, Values]:
    """Return the credentials that a case's marks stand for, by their number."""
    parts: dict[int, set[tuple[str, str]]] = {}
    for file in files(case):
        for part, number, filters in packs.marks(file.read_bytes().decode("utf-8", "surrogateescape")):
            kept = "".join(f"|{name}" for name in filters if name in packs.OF_THE_VALUE)
            value = packs.value_of_mark(f"<{part}:{number}{kept}>", case.name)
            parts.setdefault(int(number), set()).add((part.rpartition(".")[2], value))
    return {number: frozenset(values) for number, values in parts.items()}


def findings(folder: Path) -> tuple[Finding, ...]:
    """Scan a filled case at the default settings, or at those of its own."""
    settings = config.load(folder, None, {})
    source = FileSource([str(folder)], root=folder, everything=False, exclude=(), max_file_size=settings.max_file_size)
    return scan([source], rule_set(settings.packs), settings, jobs=1, remember=cache.opened().remember).findings


def opened(outcome: Outcome) -> tuple[Finding, ...]:
    """Return the findings with their values: two runs tag the same value differently."""
    return tuple(
        replace(finding, matches=_opened(finding.matches), versions=_opened(finding.versions))
        for finding in outcome.findings
    )


def _opened(matches: Iterable[Match]) -> tuple[Match, ...]:
    return tuple(replace(match, value=Secret(match.value.reveal(), match.value.shown)) for match in matches)


def found(folder: Path) -> dict[Values, str | None]:
    """Scan a filled case, and return the credentials found with their realms."""
    return {
        frozenset((match.part or "", match.value.reveal().decode()) for match in finding.matches): finding.realm
        for finding in findings(folder)
    }


@functools.cache
def rule_set(on: tuple[str, ...] = ()) -> packs.RuleSet:
    """Return the shipped packs, loaded once; with these switched on, or those that are on by themselves."""
    return packs.load().with_packs(on) if on else packs.load()
