"""The order of the stages; each is a room of its own, and none knows the next.

    sources -> blobs -> unit (read, gate, match) -> Found -> assemble -> judge -> baseline -> trace -> Outcome

The unit works in processes of its own when there is much to read. What it hands back has masks, places and names of
values, and no value: what needs one reads it again from its place.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from keyguard.detect.assemble import assemble
from keyguard.detect.ignores import Ignores
from keyguard.detect.judge import judge
from keyguard.detect.practice.verdict import judged as judged_practices
from keyguard.engine.audited import asked_later, of_findings, of_texts
from keyguard.engine.examine import Examiner
from keyguard.engine.scanner import BATCH, Scanner
from keyguard.engine.values import Values
from keyguard.model import INSIDE, Notice, Outcome, Scanned, Sealed, Skipped, Tracking
from keyguard.text.decode import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from keyguard.detect.baseline import Baseline
    from keyguard.detect.engines import Remember
    from keyguard.engine.scanner import Progress
    from keyguard.engine.unit import Found
    from keyguard.model import Blob, Finding
    from keyguard.packs import RuleSet
    from keyguard.settings import Settings
    from keyguard.sources import Source

__all__ = ["BATCH", "Tools", "scan"]

_KEY = 32  # bytes, drawn anew for each run
_GIT = "git"  # how an object of a git store was reached, that git itself did not read
_NAMED = 10
_PACKED = (
    "{store} is a history of git that was read object by object. Which commits and paths hold a finding in it, a scan "
    "of the repository itself says: unpacked, or cloned from a bundle."
)


def scan(
    sources: Sequence[Source],
    rules: RuleSet,
    settings: Settings,
    *,
    whole: bool = True,
    jobs: int = 0,
    remember: Remember | None = None,
    progress: Progress | None = None,
    tools: Tools | None = None,
    targets: Collection[str] = (),
) -> Outcome:
    """Scan what the sources name, one after the other, and return everything that a report is made of.

    `whole` says that the entire root is scanned, so that an ignore that matches nothing is unused. `jobs` is the
    number of processes, 0 for one a core. An interrupt ends the reading; what was found by then is judged. Scans that
    share their `tools` know equal values for equal. Of `targets` is told in which something was read.
    """
    started = time.monotonic()
    baseline = _baseline(settings)
    examiner = (tools or Tools(remember)).examiner(rules, settings)
    values = Values(examiner.seal, examiner.budget)
    scanner = Scanner(examiner, values, jobs, progress, targets)
    complete = _read(scanner, sources)
    found, skipped = scanner.found, _skipped(scanner.found, sources)
    today = datetime.now(tz=timezone.utc).date()
    whole = whole and complete and not skipped
    quiet = [] if settings.practices.on else [one.id for one in rules.rules.values() if one.is_practice]
    later = asked_later(rules) if settings.allow or found.waivers else ()
    ignores = Ignores(settings, found.waivers, today=today, rules=rules.rules, whole=whole, off=quiet, later=later)
    judged, below, off = judge(*assemble(found.matches, rules), rules, ignores.suppression, settings.min_confidence)
    practised = [*of_texts(found.practices, rules, settings, today), *of_findings(judged, rules, settings, today)]
    practices, unsure = judged_practices(practised, ignores.suppression, settings.min_confidence)
    findings, expired = baseline.suppress(judged, rules, settings.root, today) if baseline else (judged, ())
    practices = baseline.suppress_practices(practices, today) if baseline else practices
    try:
        if complete and baseline and baseline.has_places:
            before = _replaced(scanner, sources, rules, settings)
            kept = {path for source in sources for path in source.listed_paths()}
            findings, expired = baseline.suppress(judged, rules, settings.root, today, before=before, kept=kept)
        findings = _traced(findings, sources) if complete else findings
    except KeyboardInterrupt:
        complete = False
    values.keep(match for finding in findings for match in (*finding.matches, *finding.versions))
    failures = tuple(failure for source in sources for failure in source.failures)
    return Outcome(
        findings=tuple(findings),
        skipped=skipped,
        scanned=_counts(found, sources, time.monotonic() - started),
        unused=ignores.unused(),
        below=below + unsure,
        complete=complete,
        notices=(*ignores.notices(), *expired, *_of_rules_off(off), *_of_histories(findings)),
        failed=bool(failures),
        failures=failures,
        is_value=_met(found, examiner),
        practices=tuple(practices),
        read_in=_read_in(found, sources),
    )


def _met(found: Found, examiner: Examiner) -> Callable[[bytes], bool]:
    """Return what tells a value that was met in the run, reported or not, from any other text."""
    tags = {match.value.tag for match in found.matches if isinstance(match.value, Sealed)}
    return lambda value: examiner.seal.tag(value) in tags


class Tools:
    """What is made once for several scans: the examiner for each set of rules and limits, under one key."""

    def __init__(self, remember: Remember | None) -> None:
        self._key = os.urandom(_KEY)
        self._remember = remember
        self._made: dict[object, Examiner] = {}

    def examiner(self, rules: RuleSet, settings: Settings) -> Examiner:
        """Return the examiner for these rules and limits."""
        bounds = limits(settings)
        name = (rules.digest, rules.practices, settings.time_limit, bounds)
        if name not in self._made:
            self._made[name] = Examiner(rules, settings.time_limit, self._key, self._remember, bounds)
        return self._made[name]


def limits(settings: Settings) -> Limits:
    """Return what may be decoded of one blob."""
    sizes = {name: value if name == "seconds" else int(value) for name, value in settings.decode}
    wanted = replace(Limits(), **sizes)  # type: ignore[arg-type]  # checked by the settings
    return replace(wanted, depth=0) if settings.no_decode else wanted


def _baseline(settings: Settings) -> Baseline | None:
    """Read the baseline before anything else: one that is damaged must not be noticed after a long scan."""
    if settings.baseline is None:
        return None
    from keyguard.detect import baseline  # json, and most scans have none

    return baseline.load(settings.baseline, settings.copy or settings.root)


def _read(scanner: Scanner, sources: Sequence[Source]) -> bool:
    """Read all sources, and say whether that came to its end."""
    try:
        for source in sources:
            scanner.over(source)
    except KeyboardInterrupt:
        for source in sources:
            source.close(complete=False)
        return False
    return True


def _skipped(found: Found, sources: Sequence[Source]) -> tuple[Skipped, ...]:
    failed = (Skipped(failure.what, failure.reason) for source in sources for failure in source.failures)
    noted = (skipped for source in sources for skipped in source.skipped)
    return tuple(sorted({*found.skipped, *found.left(), *noted, *failed}))


def _replaced(scanner: Scanner, sources: Sequence[Source], rules: RuleSet, settings: Settings) -> list[Finding] | None:
    """Return what the contents held that a change replaced: by it a place is told from another value in that place."""
    if not any(source.is_change for source in sources):
        return None
    if not scanner.found.matches:
        return []
    earlier = scanner.beside()
    for source in sources:
        earlier.over_replaced(source)
    return judge(*assemble(earlier.found.matches, rules), rules, lambda *_: None, settings.min_confidence)[0]


def _traced(findings: Sequence[Finding], sources: Sequence[Source]) -> list[Finding]:
    """Add to each finding how it went through the history, by the first source that knows it."""
    held: dict[Blob, dict[int, int]] = {}
    for number, finding in enumerate(findings):
        parts = list(dict.fromkeys(match.part for match in finding.matches))
        for match in (*finding.matches, *finding.versions):
            of_blob = held.setdefault(match.blob.outer, {})
            of_blob[number] = of_blob.get(number, 0) | 1 << parts.index(match.part)
    traced = list(findings)
    for source in reversed(sources):
        for number, (history, origins) in (source.history_of(held) if held else {}).items():
            here = [origin for origin in findings[number].origins if origin.tracking != Tracking.COMMITTED.value]
            traced[number] = replace(findings[number], history=history, origins=(*here, *origins))
    return traced


def _counts(found: Found, sources: Sequence[Source], seconds: float) -> Scanned:
    left_out = sum((source.left_out for source in sources), found.left_out)
    return Scanned(
        files=found.files,
        bytes=found.bytes,
        commits=sum(source.commits for source in sources),
        seconds=round(seconds, 3),
        left_out=tuple(sorted(left_out.items())),
        blobs=found.versions,
        known=sum(source.known for source in sources),
        repositories=sum(source.repositories for source in sources),
        refs=sum(source.refs for source in sources),
    )


def _read_in(found: Found, sources: Sequence[Source]) -> frozenset[str]:
    """Name the targets in which something was read; that of the root counts when its history was walked."""
    is_read = found.files or found.versions or any(source.commits for source in sources)
    return frozenset({*found.targets, *(["."] if is_read else [])})


def _of_histories(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Say which findings lie in the history of a repository that is packed, where no commit and path is known."""
    matches = (match for finding in findings if not finding.suppressed for match in finding.matches)
    stores = dict.fromkeys(_store(match.blob.path) for match in matches if _GIT in match.via)
    more = (f"So are {len(stores) - _NAMED:,} more.",) if len(stores) > _NAMED else ()
    return (*(Notice(_PACKED.format(store=store), [store]) for store in [*stores][:_NAMED]), *more)


def _store(path: str) -> str:
    """Return the place of the git store that an object was read from: its folder, or the one file that it is."""
    folder, found, _ = f"/{path}".rpartition("/objects/")
    return (folder[1:].removesuffix("!") or ".") if found else path.rpartition(INSIDE)[0]


def _of_rules_off(count: int) -> tuple[str, ...]:
    """Say that rules were switched off, where they would have reported something."""
    return (f"Not shown, since only or skip has their rule switched off: findings: {count}.",) if count else ()
