"""Outcomes of several repositories as one: each was judged by itself, and all paths begin at the scan's root.

Part* --moved--> paths below the scan's root --joined--> one finding for a credential, with all its places
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from keyguard.detect.judge import rank
from keyguard.detect.practice.verdict import rank as rank_practices
from keyguard.errors import SourceError
from keyguard.fingerprint import digest
from keyguard.frozen import dataclass
from keyguard.model import History, Notice, Outcome, Scanned

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from keyguard.model import Blob, Finding, Match, Origin, Practice, Suppression
    from keyguard.packs import Part as PackPart
    from keyguard.packs import RuleSet

_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Part:
    """What one repository gave, and where it lies below the root: '' or a path that ends in '/'."""

    prefix: str
    outcome: Outcome
    rules: RuleSet


def joined(parts: Sequence[Part], seconds: float = 0.0) -> Outcome:
    """Return the outcome of all parts, which took so many seconds in all; the first is that of the root itself."""
    places = [moved(part) for part in parts]
    groups = _groups(list(_told(parts, places)))
    return Outcome(
        findings=tuple(sorted(map(_one, groups), key=rank)),
        skipped=tuple(sorted(_all(one.skipped for one in places))),
        scanned=replace(_sum([one.scanned for one in places]), seconds=round(seconds, 3)),
        unused=_all(one.unused for one in places),
        below=sum(one.below for one in places),
        complete=all(one.complete for one in places),
        notices=_all(one.notices for one in places),
        failed=any(one.failed for one in places),
        failures=_all(one.failures for one in places),
        is_value=_any(places),
        practices=tuple(sorted(_all(one.practices for one in places), key=rank_practices)),
        read_in=frozenset(_all(one.read_in for one in places)),
    )


def _told(parts: Sequence[Part], places: Sequence[Outcome]) -> Iterator[tuple[Part, Finding]]:
    for part, one in zip(parts, places, strict=True):
        yield from ((part, finding) for finding in one.findings)


def _any(outcomes: Sequence[Outcome]) -> Callable[[bytes], bool]:
    """Return what tells a value that was met in any of the repositories."""
    tests = [one.is_value for one in outcomes if one.is_value]
    return lambda value: any(test(value) for test in tests)


# From a repository's paths to those of the root


def moved(part: Part) -> Outcome:
    """Return what a repository gave, with its paths below the root."""
    outcome, prefix = part.outcome, part.prefix
    if not prefix:
        return outcome
    return replace(
        outcome,
        findings=tuple(_moved_finding(finding, prefix) for finding in outcome.findings),
        practices=tuple(_moved_practice(practice, prefix) for practice in outcome.practices),
        skipped=tuple(replace(skipped, what=_place(prefix, skipped.what)) for skipped in outcome.skipped),
        unused=tuple(replace(unused, where=_place(prefix, unused.where)) for unused in outcome.unused),
        notices=tuple(_moved_notice(notice, prefix) for notice in outcome.notices),
        failures=tuple(
            SourceError(f"{prefix.rstrip('/')}: {error.message}", error.hint, what=_place(prefix, error.what))
            for error in outcome.failures
        ),
        read_in=frozenset(_place(prefix, path) for path in outcome.read_in),
    )


def _moved_notice(notice: str, prefix: str) -> str:
    """Return a notice with its paths below the root; one that names none begins with the repository's."""
    if isinstance(notice, Notice):
        return notice.placed(partial(_place, prefix))
    return f"{prefix.rstrip('/')}: {notice}"


def _place(prefix: str, path: str) -> str:
    return path if os.path.isabs(path) else prefix + ("" if path == "." else path)  # noqa: PTH117 - any text


def _moved_finding(finding: Finding, prefix: str) -> Finding:
    history = finding.history
    return replace(
        finding,
        matches=tuple(_moved_match(match, prefix) for match in finding.matches),
        versions=tuple(_moved_match(match, prefix) for match in finding.versions),
        origins=tuple(_moved_origin(origin, prefix) for origin in finding.origins),
        history=history
        and replace(
            history,
            introduced=history.introduced and _moved_origin(history.introduced, prefix),
            removed=history.removed and _moved_origin(history.removed, prefix),
        ),
        suppressed=finding.suppressed and _moved_suppression(finding.suppressed, prefix),
    )


def _moved_practice(practice: Practice, prefix: str) -> Practice:
    """Return a practice at its place below the root, known by that place too: other repositories may have its like."""
    return replace(
        practice,
        blob=moved_blob(practice.blob, prefix),
        text=practice.placed(partial(_place, prefix)),
        names=tuple(_place(prefix, name) for name in practice.names),
        fingerprint=digest(f"{prefix}:{practice.fingerprint}"),
        suppressed=practice.suppressed and _moved_suppression(practice.suppressed, prefix),
    )


def _moved_match(match: Match, prefix: str) -> Match:
    return replace(match, blob=moved_blob(match.blob, prefix))


def moved_blob(blob: Blob, prefix: str) -> Blob:
    """Return a blob of a repository as one below the root."""
    return replace(blob, path=prefix + blob.path)


def _moved_origin(origin: Origin, prefix: str) -> Origin:
    return replace(origin, path=prefix + origin.path)


def _moved_suppression(suppression: Suppression, prefix: str) -> Suppression:
    return replace(suppression, where=_place(prefix, suppression.where))


# One finding for one credential


def _groups(findings: Sequence[tuple[Part, Finding]]) -> list[list[Finding]]:
    """Put together the findings that share what names a credential; those of one repository stay apart."""
    groups: list[list[Finding]] = []
    group_of: dict[Hashable, int] = {}
    named: set[str] = set()
    for part, found in findings:
        names = _names(part, found)
        known = sorted({group_of[name] for name in names if name in group_of})
        finding = found
        if not known:
            if found.fingerprint in named:  # of another value: those that have no name of their own are known by place
                finding = replace(found, fingerprint=digest(f"{part.prefix}:{found.fingerprint}"))
            groups.append([])
        number = known[0] if known else len(groups) - 1
        named.add(finding.fingerprint)
        groups[number].append(finding)
        for other in known[1:]:
            groups[number] += groups[other]
            groups[other] = []
            group_of.update({name: number for name, group in group_of.items() if group == other})
        group_of.update(dict.fromkeys(names, number))
    return [group for group in groups if group]


def _names(part: Part, finding: Finding) -> list[Hashable]:
    """Return by what a finding is known for the same in another repository: its long and random values.

    What has none, as a lone passphrase, is the same where fingerprint and value are.
    """
    packs = {pack.id: pack for pack in part.rules.packs}
    parts: Mapping[str, PackPart] = packs[finding.provider].parts if finding.provider in packs else {}
    long = [match for match in finding.matches if match.part is None or _is_identity(parts, match.part)]
    if long:
        return [(finding.provider, match.part or match.rule, match.value) for match in long]
    return [(finding.rule, finding.fingerprint, frozenset(match.value for match in finding.matches))]


def _is_identity(parts: Mapping[str, PackPart], name: str) -> bool:
    return name in parts and parts[name].identity


def _one(group: Sequence[Finding]) -> Finding:
    """Return one finding for all of a group: an open one counts, with the places of the others."""
    if len(group) == 1:
        return group[0]
    ordered = sorted(group, key=lambda one: (one.suppressed is not None, len(one.missing), -one.severity))
    first = ordered[0]
    matches = _all(one.matches for one in ordered)
    return replace(
        first,
        severity=max(one.severity for one in ordered if bool(one.suppressed) == bool(first.suppressed)),
        confidence=max(one.confidence for one in group),
        matches=matches,
        missing=_without(first.missing, matches),
        realm=_common([one.realm for one in group]),
        origins=_all(one.origins for one in ordered),
        versions=_all(one.versions for one in ordered),
        history=_history([one.history for one in ordered if one.history]),
    )


def _without(missing: Sequence[str], matches: Iterable[Match]) -> tuple[str, ...]:
    present = {match.part for match in matches}
    return tuple(part for part in missing if part not in present)


def _common(realms: Sequence[str | None]) -> str | None:
    return realms[0] if len(set(realms)) == 1 else None


def _all(lists: Iterable[Iterable[_Thing]]) -> tuple[_Thing, ...]:
    """Return what is in any of the lists, each once."""
    return tuple(dict.fromkeys(chain.from_iterable(lists)))


def _history(histories: Sequence[History]) -> History | None:
    """Return what several histories together know: the first that brought it, and whether any still has it."""
    if len(histories) < 2:
        return histories[0] if histories else None
    first = min(histories, key=lambda one: _date(one.introduced) or "~")
    removed = [one.removed for one in histories]
    return History(
        introduced=first.introduced,
        removed=max(removed, key=_date) if all(removed) else None,
        in_head=any(one.in_head for one in histories),
        refs=tuple(sorted(set(_all(one.refs for one in histories)))),
        commits=_commits(histories),
        paths=sum(one.paths for one in histories),
        apart=all(one.apart for one in histories),
        at_latest=first.at_latest,
        unpushed=all(one.unpushed for one in histories),
    )


def _commits(histories: Sequence[History]) -> int:
    """Count the commits that hold it: copies of one repository, in which one commit brought it, hold the same."""
    most: dict[str, int] = {}
    for number, one in enumerate(histories):
        first = (one.introduced and one.introduced.commit) or str(number)
        most[first] = max(one.commits, most.get(first, 0))
    return sum(most.values())


def _date(origin: Origin | None) -> str:
    return (origin and origin.date) or ""


def _sum(scans: Sequence[Scanned]) -> Scanned:
    left_out: Counter[str] = Counter()
    for scanned in scans:
        left_out.update(dict(scanned.left_out))
    return Scanned(
        files=sum(one.files for one in scans),
        bytes=sum(one.bytes for one in scans),
        commits=sum(one.commits for one in scans),
        left_out=tuple(sorted(left_out.items())),
        blobs=sum(one.blobs for one in scans),
        known=sum(one.known for one in scans),
        repositories=sum(one.repositories for one in scans),
        refs=sum(one.refs for one in scans),
    )
