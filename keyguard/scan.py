"""The order of the stages: blobs are named, read, gated and matched; matches are assembled and judged.

    source.blobs() -> gates -> matcher -> assemble -> judge -> Outcome

Nearly all blobs end at the gates. With many of them, processes of our own read, gate and match in batches and hand
back nothing but the numbers of the blobs in which there is something, so that no value crosses a process: those few
are matched again.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING

from keyguard import decode
from keyguard.assemble import assemble
from keyguard.ignores import WAIVER_GATE, Ignores, find_waivers
from keyguard.judge import judge
from keyguard.model import Blob, Match, Outcome, Scanned, Skipped, Waiver
from keyguard.prefilter import Gates, Remember, boundary

if TYPE_CHECKING:
    from keyguard.matcher import Matcher, Place
    from keyguard.rules import RuleSet
    from keyguard.settings import Settings
    from keyguard.sources import Source

BATCH = 128  # blobs; large enough that handing it over costs little beside reading it
ALONE = 4 * BATCH  # blobs that one process reads sooner than others have started
PATIENCE = 0.6  # seconds of reading alone; to start others takes a quarter of that
WHOLE = 24 * 1024  # bytes; a longer text is matched in slices
OVERLAP = 64 * 1024  # bytes of a large blob that are read again with its next piece

Progress = Callable[[int, int], None]
"""Told the number of blobs and bytes read so far."""


@dataclass
class _Tally:
    """What was read, and what was found in it."""

    files: int = 0
    bytes: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    skipped: list[Skipped] = field(default_factory=list)
    worth: list[Blob] = field(default_factory=list)

    def add(self, other: _Tally) -> None:
        self.files += other.files
        self.bytes += other.bytes
        self.left_out += other.left_out
        self.skipped += other.skipped


def scan(
    source: Source,
    rules: RuleSet,
    settings: Settings,
    *,
    whole: bool = True,
    jobs: int = 0,
    remember: Remember | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Scan what a source names, and return everything that a report is made of.

    `whole` says that the entire root is scanned, so that an ignore that matches nothing is unused. `jobs` is the
    number of processes, 0 for one a core. An interrupt ends the reading; what was found by then is judged.
    """
    started = time.monotonic()
    look = _Look(source, Gates(rules, WAIVER_GATE, remember), rules, settings.time_limit)
    complete = True
    try:
        for tally in _read(source, look, jobs):
            look.tally.add(tally)
            for blob in tally.worth:
                look.closely(blob)
            if progress is not None:
                progress(look.tally.files, look.tally.bytes)
    except KeyboardInterrupt:
        complete = False
    failed = (Skipped(failure.what, failure.message) for failure in source.failures)
    skipped = sorted({*look.tally.skipped, *source.skipped, *failed})
    ignores = Ignores(
        settings,
        look.waivers,
        today=datetime.now(tz=timezone.utc).date(),
        rules=rules.rules,
        whole=whole and complete and not skipped,
    )
    credentials, lone = assemble(look.matches, rules)
    findings, below, off = judge(credentials, lone, rules, ignores.suppression, settings.min_confidence)
    left_out = look.tally.left_out + source.left_out
    return Outcome(
        findings=tuple(findings),
        skipped=tuple(skipped),
        scanned=Scanned(
            files=look.tally.files,
            bytes=look.tally.bytes,
            seconds=round(time.monotonic() - started, 3),
            left_out=tuple(sorted(left_out.items())),
        ),
        unused=ignores.unused(),
        below=below,
        complete=complete,
        notices=(*ignores.notices(), *_of_rules_off(off)),
    )


def _of_rules_off(count: int) -> tuple[str, ...]:
    """Say that rules were switched off, where they would have told of something."""
    return (f"Not shown, since only or skip has their rule switched off: findings: {count}.",) if count else ()


# --- the quick look: read and gate


def _read(source: Source, look: _Look, jobs: int) -> Iterator[_Tally]:
    """Glance at all blobs: alone at first, with other processes when it takes long or a number of them is asked for."""
    batches = _batches(source.blobs())
    patience = time.monotonic() + PATIENCE
    for number, batch in enumerate(batches, 1):
        yield _glance(source, look.gates, batch)
        if number >= ALONE // BATCH if jobs else time.monotonic() > patience:
            break
    following = next(batches, None)
    if following is None:
        return
    batches = itertools.chain([following], batches)
    most = jobs or os.cpu_count() or 1
    if most == 1:
        yield from (_glance(source, look.gates, batch) for batch in batches)
    else:
        yield from _in_processes(source, look, batches, most)


def _batches(blobs: Iterable[Blob]) -> Iterator[list[Blob]]:
    iterator = iter(blobs)
    while batch := list(itertools.islice(iterator, BATCH)):
        yield batch


def _glance(source: Source, gates: Gates, batch: list[Blob]) -> _Tally:
    """Read a batch, and keep the blobs that are worth a closer look."""
    tally = _Tally()
    for blob in batch:
        read = False
        worth = False
        decoder = decode.Decoder()
        tail = b""
        for piece in source.pieces(blob):
            read = True
            text = decoder.utf8(piece)
            if text is None:
                tally.left_out["binary files"] += 1
                break
            tally.bytes += len(piece)
            # A gate's match may lie across two pieces.
            worth = worth or any(gates.open_for(tail + text if tail else text, blob.path))
            tail = text[-1024:]
        else:
            tally.files += read
        if worth:
            tally.worth.append(blob)
    return tally


# --- the close look: match


class _Look:
    """Matches blobs one by one, and keeps what it finds."""

    def __init__(self, source: Source, gates: Gates, rules: RuleSet, time_limit: float) -> None:
        self.source, self.gates, self.rules, self.time_limit = source, gates, rules, time_limit
        self.tally = _Tally()
        self.matches: list[Match] = []
        self.waivers: list[Waiver] = []

    @cached_property
    def matcher(self) -> Matcher:
        """Made when it is needed: its patterns take 60 ms to compile, and most commits end at the gates."""
        from keyguard.matcher import Matcher

        return Matcher(self.rules, self.time_limit)

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
        for piece in self.source.pieces(blob):
            text = decoder.utf8(piece)
            if text is None:
                break
            data = tail + text
            worth, waived = self.gates.open_for(data, blob.path)
            if waived:
                for waiver in find_waivers(data, blob.path):
                    waivers[Waiver(waiver.path, waiver.line + lines, waiver.rules, waiver.reason)] = None
            if worth:
                from keyguard.matcher import Place, TimeLimit

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


# --- processes


def _in_processes(source: Source, look: _Look, batches: Iterator[list[Blob]], jobs: int) -> Iterator[_Tally]:
    """Look at batches in processes of our own, and tell of them in their order; without `fork` in this one."""
    import multiprocessing

    if "fork" not in multiprocessing.get_all_start_methods():
        yield from (_glance(source, look.gates, batch) for batch in batches)
        return
    following = next(batches, None)
    if following is None:
        return
    assert look.matcher  # noqa: S101 - made once, so that the processes need not each
    workers = [_Worker(source, look) for _ in range(jobs)]
    try:
        yield from _shared_out(workers, itertools.chain([following], batches), source, look.gates)
    finally:
        for worker in workers:
            worker.stop()


def _shared_out(
    workers: list[_Worker], batches: Iterator[list[Blob]], source: Source, gates: Gates
) -> Iterator[_Tally]:
    """Give each process a batch whenever it is free: one that is slow to match does not keep the others."""
    from multiprocessing.connection import wait

    numbered = enumerate(batches)
    following = next(numbered, None)  # named while the processes are busy
    idle, busy = list(workers), dict[object, tuple[_Worker, int, list[Blob]]]()
    done: dict[int, _Tally] = {}
    due = 0
    while following or busy:
        while idle and following:
            worker = idle.pop()
            worker.ask(following[1])
            busy[worker.pipe] = (worker, *following)
            following = next(numbered, None)
        for pipe in wait([worker.pipe for worker, _, _ in busy.values()]):
            worker, number, batch = busy.pop(pipe)
            done[number] = _answer(worker, batch, source, gates)
            idle.append(worker)
        while due in done:
            yield done.pop(due)
            due += 1


def _answer(worker: _Worker, batch: list[Blob], source: Source, gates: Gates) -> _Tally:
    answer = worker.answer()
    if answer is None:  # the process died: its batch is read here, and nothing is lost
        return _glance(source, gates, batch)
    tally, worth = answer
    tally.worth = [batch[number] for number in worth]
    return tally


class _Worker:
    """A forked process that looks at the batches it is sent; it inherits all that it needs for that."""

    def __init__(self, source: Source, look: _Look) -> None:
        import multiprocessing

        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self.pipe, source, look), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, batch: list[Blob]) -> None:
        """Send a batch, as tuples: to pickle 80,000 blobs takes a second; a death is noticed when it is to answer."""
        with contextlib.suppress(OSError):
            self.pipe.send([(blob.path, blob.id, blob.size, blob.tracking) for blob in batch])

    def answer(self) -> tuple[_Tally, list[int]] | None:
        """Wait for the next answer, or None when the process died."""
        try:
            answer: tuple[_Tally, list[int]] = self.pipe.recv()
        except (EOFError, OSError):
            return None
        return answer

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self.pipe.close()
        self._process.terminate()
        self._process.join()


def _serve(pipe: object, other_end: object, source: Source, look: _Look) -> None:
    import signal
    from multiprocessing.connection import Connection

    assert isinstance(pipe, Connection)  # noqa: S101 - narrows the type
    assert isinstance(other_end, Connection)  # noqa: S101
    other_end.close()  # so that the parent's end is the parent's alone, and its death is noticed here
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's affair
    with contextlib.suppress(EOFError, OSError):
        while True:
            batch = [Blob(*fields) for fields in pipe.recv()]
            source.skipped.clear()
            source.left_out.clear()
            tally = _glance(source, look.gates, batch)
            found = {blob for blob in tally.worth if look.finds(blob)}
            numbers = [number for number, blob in enumerate(batch) if blob in found] if found else []
            tally.worth = []
            tally.skipped += source.skipped
            tally.left_out += source.left_out
            pipe.send((tally, numbers))
