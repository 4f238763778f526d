"""What a run was, for whoever has to judge its report: how it was set up, what that hides, and how it ended.

record   when all is read: what settled what the run did, and what of it differs from the defaults
ended    at the end, and again when a live check changed what counts: the exit code and why
"""

from __future__ import annotations

import hashlib
import itertools
import os
import time
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from keyguard import __version__, packs
from keyguard.errors import SourceError
from keyguard.git import calls
from keyguard.git.folders import enclosing
from keyguard.model import Confidence, Run, RunFile, Severity, Threshold, Tracking, threshold
from keyguard.settings import IGNORE_FILE, shown_as
from keyguard.signals import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from keyguard.model import Finding, Outcome
    from keyguard.packs import RuleSet
    from keyguard.settings import Settings

_NAMED = 5  # patterns, and rules, in one sentence
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def record(
    outcome: Outcome, settings: Settings, rules: RuleSet, command: Sequence[str], touched: Collection[str]
) -> Run:
    """Return what the run was; `touched` are the paths of the change that was scanned."""
    given = _files(settings, touched)
    files = tuple(map(_committed, given) if settings.copy else _tracked(given, settings.root))
    off = tuple(sorted(rules.rules.keys() - rules.chosen))
    shown = [one for one in off if settings.practices.on or not rules.rules[one].is_practice]
    return Run(
        version=__version__,
        rules=_rules_digest(settings),
        command=tuple(command),
        files=files,
        fail_on=settings.fail_on,
        min_confidence=settings.min_confidence,
        strict=settings.strict,
        excluded=settings.exclude,
        rules_off=off,
        practices_fail_on=settings.threshold.practices if settings.practices.on else None,
        deviations=tuple(_Deviations(settings, files, outcome).sentences(shown)),
    )


def with_those_below(run: Run, below: Mapping[str, Run]) -> Run:
    """Return the run with the files that settled it in repositories below, and what differs there alone."""
    files = [replace(file, path=prefix + file.path) for prefix, one in below.items() for file in one.files]
    added = [
        f"{prefix.rstrip('/')}: {sentence}"
        for prefix, one in below.items()
        for sentence in one.deviations
        if sentence not in run.deviations
    ]
    return replace(run, files=(*run.files, *files), deviations=(*run.deviations, *added))


def today() -> date:
    """Return the day."""
    return datetime.now(tz=timezone.utc).date()


def now() -> str:
    """Return the time as reports write it."""
    return time.strftime(_TIME, time.gmtime())


def ended(outcome: Outcome, settings: Settings, *, trouble: str = "", interrupted: int = INTERRUPTED) -> Outcome:
    """Return the outcome with its run's end in it; `trouble` is what went wrong behind the scan."""
    code, reason = ending(outcome, settings, trouble)
    if outcome.run is None:
        return outcome
    code = interrupted if code == INTERRUPTED else code
    waived = [one.suppressed for one in outcome.findings] + [one.suppressed for one in outcome.practices]
    by = Counter(one.by for one in waived if one)
    ended_ = replace(
        outcome.run, suppressed=tuple(by.items()), ended_at=now(), exit_code=code, reason=reason, below=settings.below
    )
    return replace(outcome, run=ended_)


def ending(outcome: Outcome, settings: Settings, trouble: str = "") -> tuple[int, str]:
    """Return the exit code of a run, and why it is that."""
    if not outcome.complete:
        return INTERRUPTED, "the run was interrupted"
    if outcome.failed or trouble:
        return 2, trouble or "; ".join(failure.message for failure in outcome.failures[:_NAMED])
    if reason := " and ".join(_open(outcome, settings)):
        return 1, reason
    if settings.strict and outcome.skipped:
        return 3, f"{_count(len(outcome.skipped), 'input')} not read, and strict is set"
    return 0, _passing(outcome, settings)


def _open(outcome: Outcome, settings: Settings) -> Iterator[str]:
    """Say of each kind how many fail the run, and from which severity on they do."""
    failing = [places for one in outcome.findings if not one.suppressed and (places := _failing(one, settings))]
    if failing:
        least = _or_worse(_of_leaks(itertools.chain(*failing), settings))
        yield f"{_count(len(failing), 'finding')} open of severity {least}"
    practised = (one for one in outcome.practices if not one.suppressed)
    if places := [one.blob.path for one in practised if one.severity >= _threshold(one.blob.path, settings).practices]:
        least = _or_worse(_of_practices(places, settings))
        yield f"{_count(len(places), 'practice')} open of severity {least}"


def _failing(finding: Finding, settings: Settings) -> list[str]:
    """Return the places at which a finding fails a run, by the word of the repository in which each lies."""
    places = dict.fromkeys(match.blob.path for match in finding.matches)
    return [path for path in places if finding.severity >= _threshold(path, settings).leaks]


def _threshold(path: str, settings: Settings) -> Threshold:
    return threshold(path, (settings.threshold, *settings.below))


def _passing(outcome: Outcome, settings: Settings) -> str:
    """Say why nothing fails a run."""
    reasons = []
    if shown := [finding for finding in outcome.findings if not finding.suppressed]:
        places = (match.blob.path for finding in shown for match in finding.matches)
        reasons.append(f"{_count(len(shown), 'finding')} open, but {_below(_of_leaks(places, settings))}")
    elif outcome.findings:
        reasons.append(f"{_count(len(outcome.findings), 'finding')}, all suppressed")
    if practised := [practice.blob.path for practice in outcome.practices if not practice.suppressed]:
        reasons.append(f"{_count(len(practised), 'practice')} open, but {_below(_of_practices(practised, settings))}")
    return " and ".join(reasons) or (_nothing(outcome))


def _nothing(outcome: Outcome) -> str:
    return "nothing was read" if outcome.is_left and not outcome.scanned.is_anything else "no findings"


class _Bar(NamedTuple):
    """From which severity on something fails a run, and the key that says so, with the repositories of which it is."""

    severity: Severity
    key: str
    is_own: bool  # of the root's settings


def _below(bars: Iterable[_Bar]) -> str:
    return " and ".join(f"below {bar.severity.word} ({bar.key})" for bar in bars)


def _or_worse(bars: Iterable[_Bar]) -> str:
    return " and ".join(f"{bar.severity.word} or worse{'' if bar.is_own else f' ({bar.key})'}" for bar in bars)


def _of_leaks(places: Iterable[str], settings: Settings) -> Iterator[_Bar]:
    """Yield each severity from which on a leak at one of the places fails a run."""
    return _bars(places, settings, lambda one: (one.leaks, "fail_on"))


def _of_practices(places: Iterable[str], settings: Settings) -> Iterator[_Bar]:
    """Yield the same for practices, which pass where a leak would."""
    return _bars(places, settings, lambda one: (one.practices, _KEYS[one.leaks > one.own_practices]))


_KEYS = "practices.fail_on", "fail_on"


def _bars(
    places: Iterable[str], settings: Settings, least: Callable[[Threshold], tuple[Severity, str]]
) -> Iterator[_Bar]:
    said: dict[tuple[Severity, str], set[str]] = {}
    for path in places:
        known = _threshold(path, settings)
        said.setdefault(least(known), set()).add(known.prefix.rstrip("/"))
    own = least(settings.threshold)
    for (severity, key), names in sorted(said.items()):
        is_own = (severity, key) == own
        yield _Bar(severity, key if is_own else f"{key} of {_listed(sorted(names))}", is_own)


# What settled what the run did


def _rules_digest(settings: Settings) -> str:
    """Return a name for what all packs say, the same wherever they lie."""
    digest = hashlib.sha256()
    for path in packs.pack_files(settings.rules):
        digest.update(f"{path.name} {_digest(path)}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _files(settings: Settings, touched: Collection[str]) -> Iterator[RunFile]:
    top = settings.copy or settings.root
    own = set(packs.pack_files(settings.rules)) - set(packs.pack_files()) if settings.rules else set()
    named: list[tuple[str, Path | None]] = [
        ("configuration", top / settings.config if settings.config else None),
        ("ignore file", top / IGNORE_FILE if settings.ignore_patterns else None),
        ("baseline", settings.baseline),
        *(("rules", path) for path in sorted(own)),
    ]
    for kind, path in named:
        if path:
            shown = shown_as(path, top)
            yield RunFile(kind, shown, _digest(path), changed=settings.copy is None and shown in touched)


def _committed(file: RunFile) -> RunFile:
    """Say of what was taken from a commit that it was; what lies elsewhere is nobody's of the repository."""
    return file if Path(file.path).is_absolute() else replace(file, tracking=Tracking.COMMITTED)


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _tracked(files: Iterator[RunFile], root: Path) -> Iterator[RunFile]:
    """Add what git does with each of the files."""
    places = {file: os.path.realpath(root / file.path) for file in files}
    known: dict[str, Tracking] = {}
    for top in {enclosing(str(Path(place).parent)) for place in places.values()} - {None}:
        known |= _known_to(str(top), places.values())
    yield from (replace(file, tracking=known.get(place, Tracking.NONE)) for file, place in places.items())


def _known_to(top: str, places: Iterable[str]) -> dict[str, Tracking]:
    """Ask git once for all places that lie in one work tree."""
    names = {os.path.relpath(place, top).replace(os.sep, "/"): place for place in places}
    inside = [name for name in names if not name.startswith("../")]
    try:
        found = calls.tracking(top, inside)
    except SourceError:
        return {}
    return {names[name]: tracking for name, tracking in found.items() if name in names}


# In what it differs from the defaults


class _Deviations:
    """What of a run's settings hides findings, or lets them pass; each with where that was said."""

    def __init__(self, settings: Settings, files: Sequence[RunFile], outcome: Outcome) -> None:
        self._settings, self._outcome = settings, outcome
        self._config = next((file for file in files if file.kind == "configuration"), None)
        self._files = files

    def sentences(self, off: Sequence[str]) -> Iterator[str]:
        """Say each in one sentence."""
        settings = self._settings
        if settings.fail_on > Severity.LOW:
            yield f"Findings below {settings.fail_on.word} do not fail the run ({self._by('fail_on')})"
        if settings.min_confidence > Confidence.MEDIUM:
            yield f"Findings of less than high confidence are not shown ({self._by('min_confidence')})"
        if not settings.practices.on:
            yield f"Practices are not looked for ({self._by('practices')})"
        elif settings.practices.fail_on > Severity.HIGH:
            least = settings.practices.fail_on.word
            yield f"Practices below {least} do not fail the run ({self._by('practices')})"
        if off:
            yield f"Rules are switched off: {_listed(off)} ({self._by('only', 'skip')})"
        if settings.exclude:
            yield f"Paths are excluded: {_listed(settings.exclude)}{self._width()} ({self._by('exclude')})"
        if settings.no_decode:
            yield f"Archives, documents and databases are not opened ({self._by('no_decode')})"
        for file in self._files:
            if file.changed:
                yield f"The {file.kind} {file.path} comes with the change that was scanned"

    def _width(self) -> str:
        """Say of how much was left out; a folder counts once, whatever lies in it."""
        number = dict(self._outcome.scanned.left_out).get("excluded paths", 0)
        read = self._outcome.scanned.files + self._outcome.scanned.blobs
        return f"; {number:,} left out{', which is more than was read' if number > read else ''}"

    def _by(self, *keys: str) -> str:
        given = self._settings.configured.intersection(keys)
        if not (given and self._config):
            return " ".join(f"--{key.replace('_', '-')}" for key in keys if getattr(self._settings, key))
        own = {Tracking.TRACKED, Tracking.COMMITTED, Tracking.NONE}
        way = "" if self._config.tracking in own else f", {self._config.tracking.value}"
        return f"{' and '.join(key for key in keys if key in given)} in {self._config.path}{way}"


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
    return ", ".join(words[:_NAMED]) + more


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
