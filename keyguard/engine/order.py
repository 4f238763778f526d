"""The order of the stages: blobs are named, read, gated and matched; matches are assembled, judged and traced.

    source.blobs() -> gates -> matcher -> assemble -> judge -> source.trace() -> Outcome

Nearly all blobs end at the gates. With many of them, processes of our own read, gate and match in batches and hand
back nothing but what became of each blob, so that no value crosses a process: the few in which there is something
are matched again.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard.detect.assemble import assemble
from keyguard.detect.gates import Gates, Remember, boundary
from keyguard.detect.ignores import WAIVER_GATE, Ignores, find_waivers
from keyguard.detect.judge import judge
from keyguard.engine import pool
from keyguard.model import Blob, Finding, Match, Outcome, Scanned, Skipped, Tracking, Waiver
from keyguard.text import decode

if TYPE_CHECKING:
    import builtins

    from keyguard.detect.baseline import Baseline
    from keyguard.detect.matcher import Matcher, Place
    from keyguard.packs import RuleSet
    from keyguard.settings import Settings
    from keyguard.sources import Source

BATCH = 128  # blobs; large enough that handing it over costs little beside reading it
ALONE = 4 * BATCH  # blobs that one process reads sooner than others have started
PATIENCE = 0.6  # seconds of reading alone; to start others takes a quarter of that
WHOLE = 24 * 1024  # bytes; a longer text is matched in slices
OVERLAP = 64 * 1024  # bytes of a large blob that are read again with its next piece

Progress = Callable[[int, int], None]
"""Told the number of blobs and bytes read so far."""


_UNREAD, _CLEAN, _WORTH = 0, 1, 2
"""What became of a blob: not read; read, and nothing in it; worth a closer look."""


@dataclass
class _Tally:
    """What became of a batch: one mark for each blob, and counts."""

    marks: bytearray = field(default_factory=bytearray)
    files: int = 0
    versions: int = 0
    bytes: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    skipped: list[Skipped] = field(default_factory=list)
    contents: list[builtins.bytes] = field(
        default_factory=list
    )  # ids that git would give to the files, b'' where not asked for

    def add(self, other: _Tally) -> None:
        self.files += other.files
        self.versions += other.versions
        self.bytes += other.bytes
        self.left_out += other.left_out
        self.skipped += other.skipped


def scan(
    sources: Sequence[Source],
    rules: RuleSet,
    settings: Settings,
    *,
    whole: bool = True,
    jobs: int = 0,
    remember: Remember | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Scan what the sources name, one after the other, and return everything that a report is made of.

    `whole` says that the entire root is scanned, so that an ignore that matches nothing is unused. `jobs` is the
    number of processes, 0 for one a core. An interrupt ends the reading; what was found by then is judged.
    """
    started = time.monotonic()
    known = _baseline(settings)
    look = _Look(Gates(rules, WAIVER_GATE, remember), rules, settings.time_limit)
    complete = True
    try:
        for source in sources:
            look.over(source, jobs, progress)
    except KeyboardInterrupt:
        complete = False
        for source in sources:
            source.close(complete=False)
    failed = {Skipped(failure.what, failure.reason) for source in sources for failure in source.failures}
    noted = (skipped for source in sources for skipped in source.skipped)
    skipped = sorted({*look.tally.skipped, *noted, *failed})
    today = datetime.now(tz=timezone.utc).date()
    ignores = Ignores(
        settings,
        look.waivers,
        today=today,
        rules=rules.rules,
        whole=whole and complete and not skipped,
    )
    credentials, lone = assemble(look.matches, rules)
    found, below, off = judge(credentials, lone, rules, ignores.suppression, settings.min_confidence)
    left_out = sum((source.left_out for source in sources), look.tally.left_out)
    findings, expired = known.suppress(found, rules, settings.root, today) if known else (found, ())
    shown = tuple(findings)
    try:
        if complete and known and known.has_places:
            before, kept = _before(look, sources, settings), {path for source in sources for path in source.kept()}
            findings, expired = known.suppress(found, rules, settings.root, today, before=before, kept=kept)
            shown = tuple(findings)
        shown = _traced(findings, sources) if complete else shown
    except KeyboardInterrupt:
        complete = False
    failures = tuple(failure for source in sources for failure in source.failures)
    return Outcome(
        findings=shown,
        skipped=tuple(skipped),
        scanned=Scanned(
            files=look.tally.files,
            bytes=look.tally.bytes,
            commits=sum(source.commits for source in sources),
            seconds=round(time.monotonic() - started, 3),
            left_out=tuple(sorted(left_out.items())),
            blobs=look.tally.versions,
        ),
        unused=ignores.unused(),
        below=below,
        complete=complete,
        notices=(*ignores.notices(), *expired, *_of_rules_off(off)),
        failed=bool(failures),
        failures=failures,
    )


def _baseline(settings: Settings) -> Baseline | None:
    """Read the baseline before anything else: one that is damaged must not be noticed after a long scan."""
    if settings.baseline is None:
        return None
    from keyguard.detect import baseline  # json, and most scans have none

    return baseline.load(settings.baseline, settings.root)


def _before(look: _Look, sources: Sequence[Source], settings: Settings) -> list[Finding] | None:
    """Return what the contents held that a change replaced: by it a place is told from another value in that place."""
    if not any(source.is_change for source in sources):
        return None
    if not look.matches:
        return []
    earlier = _Look(look.gates, look.rules, settings.time_limit)
    earlier.matcher = look.matcher
    for source in sources:
        earlier.over_replaced(source)
    credentials, lone = assemble(earlier.matches, look.rules)
    return judge(credentials, lone, look.rules, lambda *_: None, settings.min_confidence)[0]


def digest(rules: RuleSet) -> str:
    """Return what changes whenever another finding might be made of the same bytes: by the rules, and by the code."""
    package = Path(__file__).parent.parent
    modules = (
        module for room in ("engine", "detect", "packs", "text") for module in sorted((package / room).rglob("*.py"))
    )
    texts = hashlib.sha256(rules.digest.encode())
    for module in modules:
        texts.update(module.read_bytes())
    return texts.hexdigest()


def _traced(findings: Sequence[Finding], sources: Sequence[Source]) -> tuple[Finding, ...]:
    """Tell of each finding how it went through the history, by the first source that knows it."""
    held: dict[Blob, dict[int, int]] = {}
    for number, finding in enumerate(findings):
        parts = list(dict.fromkeys(match.part for match in finding.matches))
        for match in (*finding.matches, *finding.versions):
            of_blob = held.setdefault(match.blob, {})
            of_blob[number] = of_blob.get(number, 0) | 1 << parts.index(match.part)
    told = list(findings)
    for source in reversed(sources):
        for number, (history, origins) in (source.trace(held) if held else {}).items():
            here = [origin for origin in findings[number].origins if origin.tracking != Tracking.COMMITTED.value]
            told[number] = replace(findings[number], history=history, origins=(*here, *origins))
    return tuple(told)


def _of_rules_off(count: int) -> tuple[str, ...]:
    """Say that rules were switched off, where they would have told of something."""
    return (f"Not shown, since only or skip has their rule switched off: findings: {count}.",) if count else ()


# --- the quick look: read and gate


def _batches(blobs: Iterable[Blob]) -> Iterator[list[Blob]]:
    iterator = iter(blobs)
    while batch := list(itertools.islice(iterator, BATCH)):
        yield batch


def _glance(source: Source, gates: Gates, batch: Sequence[Blob]) -> _Tally:
    """Read a batch, and mark the blobs that are worth a closer look."""
    tally = _Tally(bytearray(len(batch)), contents=[b""] * len(batch) if source.algorithm else [])
    numbers = {(blob.path, blob.id): number for number, blob in enumerate(batch)}
    for blob, pieces in source.read(batch):
        number = numbers[blob.path, blob.id]
        tally.marks[number] = _UNREAD
        read = worth = False
        decoder = decode.Decoder()
        tail = b""
        for piece in pieces:
            if source.algorithm:
                # Of a larger file there is a second piece, and no id: then its content is read once more, as history.
                tally.contents[number] = b"" if read else _content_id(piece, source.algorithm)
            read = True
            text = decoder.utf8(piece)
            if text is None:
                tally.left_out["binary files"] += 1
                tally.marks[number] = _CLEAN
                break
            tally.bytes += len(piece)
            # A gate's match may lie across two pieces.
            worth = worth or any(gates.open_for(tail + text if tail else text, blob.path))
            tail = text[-1024:]
        else:
            if read:
                tally.versions += blob.is_past and not blob.is_message
                tally.files += not blob.is_past
                tally.marks[number] = _WORTH if worth else _CLEAN
    return tally


def _content_id(data: bytes, algorithm: str) -> bytes:
    digest = hashlib.new(algorithm, b"blob %d\0" % len(data), usedforsecurity=False)
    digest.update(data)
    return digest.digest()


# --- the close look: match


# What lies in such a file is worse when the history has it too: its content is read once more, as history.
_OUTSIDE = frozenset({Tracking.IGNORED, Tracking.UNTRACKED})


class _Look:
    """Goes over sources, matches what is worth it, and keeps what it finds."""

    def __init__(self, gates: Gates, rules: RuleSet, time_limit: float) -> None:
        self.gates, self.rules, self.time_limit = gates, rules, time_limit
        self.source: Source
        self.tally = _Tally()
        self.matches: list[Match] = []
        self.waivers: list[Waiver] = []
        self._known: dict[bytes, tuple[bool, str]] = {}  # contents of files: whether they are clean, and the path

    @cached_property
    def matcher(self) -> Matcher:
        """Made when it is needed: its patterns take 60 ms to compile, and most commits end at the gates."""
        from keyguard.detect.matcher import Matcher

        return Matcher(self.rules, self.time_limit)

    def over(self, source: Source, jobs: int, progress: Progress | None) -> None:
        """Read all that a source names, and look closely at what is worth it."""
        self.source = source
        self._through(self._unread(source.blobs()), jobs, progress)
        self._through(source.again(), jobs, progress)
        self.matches = [match for match in self.matches if not source.misnamed(match.blob)]
        self.waivers = [waiver for waiver in self.waivers if not (waiver.blob and source.misnamed(waiver.blob))]
        source.close(complete=True)

    def over_replaced(self, source: Source) -> None:
        """Read what the contents held that a change replaced."""
        self.source = source
        if blobs := list(source.before()):
            self._through(blobs, 1, None)
            source.close(complete=True)

    def _through(self, blobs: Iterable[Blob], jobs: int, progress: Progress | None) -> None:
        for batch, tally in self._read(blobs, jobs):
            self.tally.add(tally)
            clean: list[Blob] = []
            worth: list[Blob] = []
            for number, blob in enumerate(batch):
                mark = tally.marks[number]
                # What could not be read is to be tried again the next time.
                if mark == _UNREAD or (mark == _WORTH and self._tells(blob)):
                    worth.append(blob)
                else:
                    clean.append(blob)
                if tally.contents and mark and not (blob in worth and blob.tracking in _OUTSIDE):
                    self._known[tally.contents[number]] = blob not in worth, blob.path
            self.source.settle(clean, worth)
            if progress is not None:
                progress(self.tally.files + self.tally.versions, self.tally.bytes)

    def _read(self, blobs: Iterable[Blob], jobs: int) -> Iterator[tuple[Sequence[Blob], _Tally]]:
        """Glance at all blobs: alone at first, with workers when it takes long or a number of them is asked for."""
        batches = _batches(blobs)
        patience = time.monotonic() + PATIENCE
        for number, batch in enumerate(batches, 1):
            yield batch, _glance(self.source, self.gates, batch)
            if number >= ALONE // BATCH if jobs else time.monotonic() > patience:
                break
        following = next(batches, None)
        if following is None:
            return
        batches = itertools.chain([following], batches)
        most = jobs or os.cpu_count() or 1
        if most == 1 or not pool.can_fork():
            yield from ((batch, _glance(self.source, self.gates, batch)) for batch in batches)
        else:
            yield from self._shared_out(batches, most)

    def _unread(self, blobs: Iterable[Blob]) -> Iterator[Blob]:
        """Pass over what was read as a file of the work tree, unless its name may make something else of it."""
        for blob in blobs:
            clean, path = self._known.get(bytes.fromhex(blob.id), (None, "")) if blob.is_past else (None, "")
            if clean is None or (path != blob.path and (not clean or self.gates.is_named(blob.path))):
                yield blob
            else:
                self.source.settle([blob] if clean else [], [] if clean else [blob])

    def _shared_out(self, batches: Iterator[list[Blob]], count: int) -> Iterator[tuple[Sequence[Blob], _Tally]]:
        assert self.matcher  # noqa: S101 - made once, so that the workers need not each
        # As tuples: to pickle 80,000 blobs takes a second.
        light = ([(b.path, b.id, b.size, b.tracking, b.age) for b in batch] for batch in batches)
        for items, tally in pool.work(self._answer, light, count):
            batch = [Blob(*fields) for fields in items]
            yield batch, tally or _given_up(batch)

    def _answer(self, items: Sequence[tuple[str, str, int, Tracking, int]]) -> _Tally:
        """Work on a batch in a worker: what was worth a closer look gets it, and nothing of it is handed back."""
        batch = [Blob(*fields) for fields in items]
        self.source.skipped.clear()
        self.source.left_out.clear()
        tally = _glance(self.source, self.gates, batch)
        for number, blob in enumerate(batch):
            if tally.marks[number] == _WORTH and not self.finds(blob):
                tally.marks[number] = _CLEAN
        tally.skipped += self.source.skipped
        tally.left_out += self.source.left_out
        return tally

    def _tells(self, blob: Blob) -> bool:
        """Look closely at a blob, and say whether there was anything to tell."""
        before = len(self.matches), len(self.waivers), len(self.tally.skipped)
        self.closely(blob)
        return before != (len(self.matches), len(self.waivers), len(self.tally.skipped))

    def finds(self, blob: Blob) -> bool:
        """Say whether a closer look has anything to tell, and forget it."""
        self._forget()
        self.closely(blob)
        told = bool(self.matches or self.waivers or self.tally.skipped)
        self._forget()
        return told

    def _forget(self) -> None:
        self.matches, self.waivers, self.tally = [], [], _Tally()

    def closely(self, blob: Blob) -> None:
        """Match a blob, piece by piece with some overlap, so that neither size nor a cut hides anything."""
        decoder = decode.Decoder()
        deadline = self.matcher.deadline()
        tail = b""
        lines = columns = offset = 0
        found: dict[tuple[object, ...], Match] = {}
        waivers: dict[Waiver, None] = {}
        for piece in (piece for _, pieces in self.source.read([blob]) for piece in pieces):
            text = decoder.utf8(piece)
            if text is None:
                break
            data = tail + text
            worth, waived = self.gates.open_for(data, blob.path)
            if waived:
                for waiver in find_waivers(data, blob.path):
                    waivers[replace(waiver, line=waiver.line + lines, blob=blob)] = None
            if worth:
                from keyguard.detect.matcher import Place, TimeLimit

                try:
                    for match in self._matches(data, blob, Place(lines, columns, offset), deadline):
                        found.setdefault((match.rule, match.region), match)
                except TimeLimit:
                    limit = f"{self.time_limit:g} s"
                    self.tally.skipped.append(Skipped(blob.path, f"matching took longer than {limit} (--time-limit)"))
                    break
            cut = _cut(data)
            gone = data[:cut]
            last = gone.rfind(b"\n")
            columns = len(decode.text(gone[last + 1 :])) + (columns if last < 0 else 0)
            lines += gone.count(b"\n")
            offset += cut
            tail = data[cut:]
        self.matches += found.values()
        self.waivers += waivers

    def _matches(self, data: bytes, blob: Blob, place: Place, deadline: float) -> Iterator[Match]:
        """Match bytes, of a large text only the slices that are worth it; offsets of slices need order alone."""
        if len(data) <= WHOLE or self.matcher.is_table(decode.text(data[:4096]), blob.path):
            yield from self.matcher.find(decode.text(data), blob, place, deadline=deadline)
            return
        spoken = self.gates.spoken(data, blob.path)
        for start, end in self.gates.slices(data, blob.path):
            line = data.rfind(b"\n", 0, start)
            columns = len(decode.text(data[line + 1 : start])) + (place.columns if line < 0 else 0)
            lines = place.lines + data.count(b"\n", 0, start)
            at = replace(place, lines=lines, columns=columns, offset=place.offset + start)
            yield from self.matcher.find(decode.text(data[start:end]), blob, at, spoken=spoken, deadline=deadline)


def _cut(data: bytes) -> int:
    """Return where the next piece's text begins."""
    return boundary(data, len(data) - OVERLAP, len(data) - OVERLAP // 2) if len(data) > OVERLAP else 0


def _given_up(batch: Sequence[Blob]) -> _Tally:
    reason = "the process that read it died twice; it may need more memory than there is"
    return _Tally(bytearray(len(batch)), skipped=[Skipped(blob.path, reason) for blob in batch])
