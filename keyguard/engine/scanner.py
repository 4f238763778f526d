"""Goes over the sources of a scan: has their blobs read, alone or by workers, and keeps what is found.

source.blobs() -> those whose content is not known yet -> batches -> unit -> Found -> source.record()
"""

from __future__ import annotations

import itertools
import os
import time
from typing import TYPE_CHECKING, TypeAlias

from keyguard.engine.unit import CLEAN, OPEN, UNREAD, Found, Unit
from keyguard.model import Blob, Skipped, Tracking

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from keyguard.engine.examine import Examiner
    from keyguard.engine.values import Values
    from keyguard.sources import Source

BATCH = 128  # blobs; large enough that handing it over costs little beside reading it
ALONE = 4 * BATCH  # blobs that one process reads sooner than others have started
PATIENCE = 0.6  # seconds of reading alone; to start others takes a quarter of that

Progress: TypeAlias = "Callable[[int, int], None]"
"""Called with the numbers of blobs and bytes read so far."""

_OF_GIT = frozenset({Tracking.COMMITTED, Tracking.STAGED})  # whose blobs are known by the ids of their contents

# What lies in such a file is worse when the history has it too: its content is read once more, as history.
_OUTSIDE = frozenset({Tracking.IGNORED, Tracking.UNTRACKED})


class Scanner:
    """Has the blobs of sources read, and keeps what is found in `found`."""

    def __init__(
        self,
        examiner: Examiner,
        values: Values,
        jobs: int,
        progress: Progress | None,
        targets: Collection[str] = (),
    ) -> None:
        self._examiner, self._values, self._targets = examiner, values, targets
        self._jobs, self._progress = jobs, progress
        self._known: dict[bytes, tuple[bool, str]] = {}  # contents of files: whether they are clean, and the path
        self.found = Found()

    def beside(self) -> Scanner:
        """Return a scanner that shares all but what was found."""
        return Scanner(self._examiner, self._values, 1, None)

    def over(self, source: Source) -> None:
        """Read all that a source names."""
        self._through(source, self._unread(source, source.blobs()))
        self._through(source, source.revisit())
        found = self.found
        found.matches = [match for match in found.matches if not source.superseded(match.blob.outer)]
        found.practices = [one for one in found.practices if not source.superseded(one.blob.outer)]
        found.waivers = [
            waiver for waiver in found.waivers if not (waiver.blob and source.superseded(waiver.blob.outer))
        ]
        source.close(complete=True)

    def over_replaced(self, source: Source) -> None:
        """Read what the contents held that a change replaced."""
        if blobs := list(source.replaced()):
            self._through(source, blobs)
            source.close(complete=True)

    def _through(self, source: Source, blobs: Iterable[Blob]) -> None:
        for batch, found in self._read(source, blobs):
            before = len(self.found.matches)
            self.found.add(found)
            self._values.offer(self.found.matches[before:], source)
            self._keep(source, batch, found)
            if self._progress is not None:
                self._progress(self.found.files + self.found.versions, self.found.bytes)

    def _keep(self, source: Source, batch: Sequence[Blob], found: Found) -> None:
        """Take note of what became of each blob; what could not be read is to be tried again the next time."""
        states = list(zip(batch, found.states, strict=True))
        for content, (blob, state) in zip(found.contents, states, strict=False):
            if state != UNREAD and not (state == OPEN and blob.tracking in _OUTSIDE):
                self._known[content] = state == CLEAN, blob.path
        source.record([b for b, state in states if state == CLEAN], [b for b, state in states if state != CLEAN])

    def _unread(self, source: Source, blobs: Iterable[Blob]) -> Iterator[Blob]:
        """Pass over what was read as a file of the work tree, unless its name may make something else of it."""
        for blob in blobs:
            named = blob.tracking in _OF_GIT
            clean, path = self._known.get(bytes.fromhex(blob.id), (None, "")) if named else (None, "")
            if clean is None or (path != blob.path and (not clean or self._examiner.gates.is_named(blob.path))):
                yield blob
            else:
                source.record([blob] if clean else [], [] if clean else [blob])

    def _read(self, source: Source, blobs: Iterable[Blob]) -> Iterator[tuple[Sequence[Blob], Found]]:
        """Read all blobs: alone at first, with workers when it takes long or a number of them is asked for."""
        unit = Unit(source, self._examiner, self._targets)
        batches = _batches(blobs)
        patience = time.monotonic() + PATIENCE
        for number, batch in enumerate(batches, 1):
            yield batch, unit(batch)
            if number >= ALONE // BATCH if self._jobs else time.monotonic() > patience:
                break
        following = next(batches, None)
        if following is None:
            return
        from keyguard.engine.workers import start_method  # few files need none, and start sooner

        batches = itertools.chain([following], batches)
        most = self._jobs or os.cpu_count() or 1
        if most == 1 or not start_method():
            yield from ((batch, unit(batch)) for batch in batches)
        else:
            yield from self._shared_out(unit, batches, most)

    def _shared_out(
        self, unit: Unit, batches: Iterator[list[Blob]], count: int
    ) -> Iterator[tuple[Sequence[Blob], Found]]:
        from keyguard.engine import pool

        assert self._examiner.matcher  # noqa: S101 - made once, so that the workers need not each
        # As tuples: to pickle 80,000 blobs takes a second.
        light = ([(b.path, b.id, b.size, b.tracking, b.age) for b in batch] for batch in batches)
        for items, found in pool.work(unit.remote, light, count, unit.leave):
            batch = [Blob(*fields) for fields in items]
            yield batch, found or _given_up(batch)


def _batches(blobs: Iterable[Blob]) -> Iterator[list[Blob]]:
    iterator = iter(blobs)
    while batch := list(itertools.islice(iterator, BATCH)):
        yield batch


def _given_up(batch: Sequence[Blob]) -> Found:
    reason = "the process that read it died twice; it may need more memory than there is"
    return Found(bytearray(len(batch)), skipped=[Skipped(blob.path, reason) for blob in batch])
