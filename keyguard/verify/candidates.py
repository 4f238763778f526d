"""Which parts to try together: for each key those that were joined with it, then what stands near, never all with all.

    findings -> Case* : a key, and for each other part its candidates, nearest first

An answer says which part does not fit, and that part's next candidate is tried; the others stay.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from keyguard.frozen import dataclass
from keyguard.model import Finding, Match, Notice, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from keyguard.model import Blob, Secret
    from keyguard.packs import Pack

NEIGHBOURS = 4  # values of one part before and behind a key in its file
FILES = 16  # further files of the folder that are looked into
COPIES = 16  # of a key, around which is looked


@dataclass(frozen=True, slots=True)
class Case:
    """One key to ask about."""

    number: int  # of its finding
    key: Match
    others: Mapping[str, tuple[Match, ...]]  # candidates for each other part, nearest first; no value twice
    realm: str | None = None
    site: str | None = None

    @property
    def ambiguous(self) -> bool:
        """Whether there is more than one way to put the parts together."""
        return any(len(candidates) > 1 for candidates in self.others.values())


def plan(findings: Sequence[Finding], packs: Sequence[Pack]) -> list[Case]:
    """Return the cases among findings: credentials that are complete, or lack one part for which something stands near.

    What is suppressed is left alone: somebody said that it is no business of ours.
    """
    anchors = {pack.id: next((p.name for p in pack.parts.values() if p.identity), "") for pack in packs}
    parts = {pack.id: tuple(pack.parts) for pack in packs}
    near = _Near([finding for finding in findings if not finding.suppressed])
    return [
        case
        for number, finding in enumerate(findings)
        if not finding.suppressed and len(finding.missing) < 2 and anchors.get(finding.provider)
        for case in _cases(number, finding, anchors[finding.provider], parts[finding.provider], near)
    ]


def unreadable(findings: Sequence[Finding]) -> list[Notice]:
    """Name the places of values with which nothing is asked, since they could not be read again."""
    gone = {match for finding in findings if not finding.suppressed for match in finding.matches}
    return [
        Notice(
            f"{match.blob.path}: the value in line {match.region.line} could not be read again, and is not checked.",
            [match.blob.path],
        )
        for match in sorted(gone, key=_place)
        if match.value.known and not match.value.is_at_hand()
    ]


def _cases(number: int, finding: Finding, anchor: str, parts: Sequence[str], near: _Near) -> Iterator[Case]:
    keys: defaultdict[bytes, list[Match]] = defaultdict(list)
    for match in finding.matches:
        if match.part == anchor and match.value.is_at_hand():
            keys[match.value.reveal().lower()].append(match)
    for copies in keys.values():
        others = {part: tuple(near.candidates(part, copies, finding)) for part in parts if part != anchor}
        if all(others.values()):
            sites = {match.site for match in finding.matches if match.site}
            yield Case(number, copies[0], others, finding.realm, sites.pop() if len(sites) == 1 else None)


class _Near:
    """Finds what stands near a key: in its file by distance, then in the files beside it."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._files: defaultdict[tuple[str, str | None], dict[str, list[Match]]] = defaultdict(dict)
        matches = {match for finding in findings for match in finding.matches if match.value.is_at_hand()}
        for match in sorted(matches, key=_place):
            files = self._files[match.provider, match.part]
            files.setdefault(match.blob.path, []).append(match)

    def candidates(self, part: str, copies: Sequence[Match], finding: Finding) -> list[Match]:
        """Return the candidates for a part, those of the finding itself first; one match for each value.

        Near is what stands near to any of the copies of the key.
        """
        places = _Places(copies)
        own = [match for match in finding.matches if match.part == part and match.value.is_at_hand()]
        around = {match for key in copies[:COPIES] for match in self._around(part, key)}
        near = [match for match in sorted(around, key=_place) if _may_belong(match, finding.realm)]
        first: dict[Secret, Match] = {}
        for match in (*sorted(own, key=places.distance), *sorted(near, key=places.distance)):
            first.setdefault(match.value, match)
        return list(first.values())

    def _around(self, part: str, key: Match) -> Iterator[Match]:
        files = self._files[key.provider, part]
        beside = files.get(key.blob.path, [])
        at = bisect_left(beside, key.start, key=lambda match: match.start)
        yield from beside[max(0, at - NEIGHBOURS) : at + NEIGHBOURS]
        folder = posixpath.dirname(key.blob.path)
        others = [path for path in files if path != key.blob.path and posixpath.dirname(path) == folder]
        for path in others[:FILES]:
            yield from files[path][:NEIGHBOURS]


class _Places:
    """Where the copies of a key stand."""

    def __init__(self, copies: Sequence[Match]) -> None:
        self._lines: defaultdict[str, list[int]] = defaultdict(list)
        for line, path in sorted((key.region.line, key.blob.path) for key in copies):
            self._lines[path].append(line)
        self._folders = {posixpath.dirname(path) for path in self._lines}

    def distance(self, match: Match) -> tuple[int, int]:
        """Return how far a match is from the nearest copy: lines in one file, then the folder, then elsewhere."""
        lines = self._lines.get(match.blob.path)
        if not lines:
            return (1 if posixpath.dirname(match.blob.path) in self._folders else 2), 0
        at = bisect_left(lines, match.region.line)
        return 0, min(abs(line - match.region.line) for line in lines[max(0, at - 1) : at + 1])


def _place(match: Match) -> tuple[Blob, int]:
    return match.blob, match.start


def _may_belong(match: Match, realm: str | None) -> bool:
    return not (realm and match.realm and realm != match.realm)


def join(finding: Finding, fitting: Sequence[Match]) -> Finding:
    """Return the finding with the parts that were proven to fit in front, wherever they were found."""
    others = [match for match in finding.matches if match not in fitting]
    order = {match.part: number for number, match in reversed(list(enumerate(finding.matches)))}
    front = sorted(fitting, key=lambda match: order.get(match.part, len(order)))
    here = {Origin(match.blob.path, match.blob.tracking.value) for match in fitting}
    known = {origin.path for origin in finding.origins}
    return replace(
        finding,
        matches=(*front, *others),
        missing=tuple(part for part in finding.missing if part not in {match.part for match in fitting}),
        origins=tuple(sorted({*finding.origins, *(origin for origin in here if origin.path not in known)})),
    )
