"""The work on one repository, a function of its arguments alone: whatever process does it writes the same result."""

from __future__ import annotations

import contextlib
import hashlib
import io
import threading
import time
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from keyguard import __version__, api, cache
from keyguard.engine.shared import Shared
from keyguard.errors import KeyguardError
from keyguard.fleet import record
from keyguard.fleet.mirrors import Mirrors
from keyguard.fleet.record import Record
from keyguard.fleet.results import folder_of
from keyguard.fleet.store import Store
from keyguard.git import remote, walks
from keyguard.git.process import count_objects
from keyguard.git.repository import is_bare, open_repository
from keyguard.sources.parts import JoinedSource, Part, PartSource
from keyguard.veil import covered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from keyguard.fleet.wanted import Wanted

T = TypeVar("T")

_NAMED = 5  # reasons of one record


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is given: a repository, where results go, and how it is read."""

    wanted: Wanted
    out: str
    rules: str  # digest of the rules and this keyguard
    settings: Mapping[str, object] = field(default_factory=dict)
    access: remote.Access = field(default_factory=remote.Access)
    mirrors: str = ""  # a folder; '': in the user's cache
    mirrored: int = 100 << 30  # bytes of all mirrors
    tries: int = 3
    pause: float = 1.0  # seconds before a fetch is tried again; each is twice the one before
    split: int = 0  # contents that one task reads of a repository with many; 0: all

    @property
    def folder(self) -> str:
        """The folder of this repository's results."""
        return folder_of(self.wanted.id)


@dataclass(frozen=True, slots=True)
class Split:
    """What a large repository is read in: several parts, whose results are then joined."""

    unit: str
    size: int  # contents of one
    count: int


def work(task: Task) -> Record:
    """Scan one repository, unless it was scanned at these tips, and return the record; no error leaves it."""
    done = begin(replace(task, split=0))
    assert isinstance(done, Record)  # noqa: S101 - nothing is split into parts of no size
    return done


def begin(task: Task, joined: Split | None = None) -> Record | Split:
    """Do the same, or say in which parts a large repository is to be read first; `joined` are those that were."""
    started, started_at = time.monotonic(), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    known = Record(
        repository=task.wanted.id,
        name=covered(task.wanted.name),
        address=remote.shown(task.wanted.address),
        unit="",
        state="failed",
        rules=task.rules,
        version=__version__,
        started_at=started_at,
        fork_of=task.wanted.fork_of,
    )
    try:
        tips = _tried(task, lambda: _tips(task))
        found, store = _known_at(task, known, tips), Store(task.out)
        if found.state != "failed" and not _has_work_tree(task):
            return found
        if not task.wanted.is_local and not any(name.startswith("refs/") for name in tips):
            return _kept(task, _changed(found, state="complete"), started)  # nobody has pushed anything yet
        with place(task, tips) as folder:
            if joined is None and (split := _split(task, folder, found.unit)):
                return split
            done = _scanned(task, found, store, folder, joined)
    except KeyguardError as error:
        done = _changed(known, reason=covered(error.message))
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        done = _changed(known, reason=f"keyguard failed: {type(error).__name__}")
    return _kept(task, done, started)


def _kept(task: Task, done: Record, started: float) -> Record:
    """Keep the record of what was read, and return it."""
    done = _changed(done, seconds=round(time.monotonic() - started, 3))
    if done.state != "failed":
        Store(task.out).write(f"{task.folder}/{done.unit}.record.json", done.line())
    return done


def _known_at(task: Task, known: Record, tips: Mapping[str, str]) -> Record:
    """Return what is known of a repository at its tips: its record where it has been scanned, with its state."""
    digest = hashlib.sha256("\n".join(f"{tip} {ref}" for ref, tip in tips.items()).encode()).hexdigest()
    facts = (task.wanted.id, digest, task.rules, *map(repr, sorted(task.settings.items())))
    unit = hashlib.sha256("\0".join(facts).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    data = Store(task.out).read(f"{task.folder}/{unit}.record.json")
    if not data:
        return _changed(known, unit=unit, tips=len(tips), tips_digest=digest)
    return _changed(record.read(data), name=known.name, address=known.address, fork_of=known.fork_of)  # as it is now


def _has_work_tree(task: Task) -> bool:
    """Say whether files beside the history belong to a repository: of those no tip tells."""
    return task.wanted.is_local and (Path(task.wanted.address) / ".git").exists()


def _tips(task: Task) -> dict[str, str]:
    address = task.wanted.address
    return remote.tips_here(address) if task.wanted.is_local else remote.tips(address, task.access)


_MOST_PARTS = 16  # each walks to where it begins


def _split(task: Task, folder: str, unit: str) -> Split | None:
    """Say in which parts a repository is read; None for one that a single task reads."""
    repository = open_repository(folder) if task.split and is_bare(folder) else None
    if repository is None or count_objects(repository.store) <= task.split:
        return None
    contents = sum(kind != "tree" for _, kind in walks.all_objects(repository))
    if contents <= task.split:
        return None
    size = max(task.split, -(-contents // _MOST_PARTS))
    return Split(unit, size, -(-contents // size))


def read_part(task: Task, split: Split, number: int) -> None:
    """Read one part, and keep what came of it for whoever joins them; a part that is lacking is read there."""
    store, name = Store(task.out), _part(task, split, number)
    if store.read(name) is not None:
        return
    with contextlib.suppress(KeyguardError, OSError, ValueError, RecursionError, MemoryError), place(task) as folder:
        session = api.Session(_request(task, folder), shared=shared(task, folder))
        session.history = partial(PartSource, numbers=range(number * split.size, (number + 1) * split.size))
        outcome = session.scan_itself(None)
        (source,) = session.sources
        if isinstance(source, PartSource) and outcome.complete and not outcome.failed:
            part = msgspec.structs.replace(source.part, read_bytes=outcome.scanned.bytes)
            store.write(name, msgspec.json.encode(part))


def _part(task: Task, split: Split, number: int) -> str:
    return f"{task.folder}/{split.unit}.part-{number + 1}-of-{split.count}-by-{split.size}.json"


def _parts(task: Task, split: Split, store: Store) -> list[Part | None]:
    """Return what the parts gave, None for one that is lacking."""
    kept = [store.read(_part(task, split, number)) for number in range(split.count)]
    return [msgspec.json.decode(data, type=Part) if data else None for data in kept]


def _scanned(task: Task, known: Record, store: Store, folder: str, joined: Split | None) -> Record:
    session = api.Session(_request(task, folder), shared=shared(task, folder))
    parts = _parts(task, joined, store) if joined else []
    if joined:
        session.history = partial(JoinedSource, parts=parts, size=joined.size)
    outcome = session.scan()
    report = io.BytesIO()
    api.report(replace(outcome, rules=session.rules.rules), "json", report)
    store.write(f"{task.folder}/{known.unit}.report.json", report.getvalue())
    if joined:
        for number in range(joined.count):
            store.remove(_part(task, joined, number))
    scanned = outcome.scanned
    return _changed(
        known,
        state="failed" if outcome.failed else "complete" if outcome.complete and not outcome.skipped else "partial",
        reason=_reason(outcome),
        commits=scanned.commits,
        contents=scanned.blobs + scanned.known,
        files=scanned.files,
        read_bytes=scanned.bytes + sum(part.read_bytes for part in parts if part),
        findings=sum(not finding.suppressed for finding in outcome.findings),
        exit_code=api.exit_code(outcome, session.settings),
    )


def _reason(outcome: api.Outcome) -> str:
    """Say what was not read."""
    reasons = [f"{skipped.what}: {skipped.reason}" for skipped in outcome.skipped]
    more = f"; and {len(reasons) - _NAMED:,} more" if len(reasons) > _NAMED else ""
    return covered("; ".join(reasons[:_NAMED]) + more)


def _request(task: Task, folder: str) -> api.Request:
    """Return what is scanned of a repository; what is clean is remembered of mirrors alone.

    There git has worked out the id of each object as it came; a repository that lies here may call one by any id.
    """
    family = "" if task.wanted.is_local else task.wanted.family
    return api.Request(paths=(folder,), jobs=1, cache=bool(family), family=family, settings=dict(task.settings))


@contextlib.contextmanager
def place(task: Task, tips: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield the folder in which a repository can be read here: its own, or that of a mirror as it is now."""
    if task.wanted.is_local:
        yield task.wanted.address
        return
    name, address = task.folder.partition("/")[2], task.wanted.address
    wanted = _tried(task, lambda: _tips(task)) if tips is None else tips
    mirrors = _of_thread().mirrors(task.mirrors, task.mirrored)
    with contextlib.ExitStack() as held:
        yield _tried(task, lambda: held.enter_context(mirrors.current(name, address, wanted, task.access)))


class _Thread:
    """What is made once for all units that a thread works on: rules, examiner, and the mirrors that it knows of."""

    def __init__(self) -> None:
        self.run = Shared(())
        self._mirrors: dict[tuple[str, int], Mirrors] = {}

    def mirrors(self, folder: str, most: int) -> Mirrors:
        return self._mirrors.setdefault((folder, most), Mirrors(folder, most))


_OF = threading.local()


def _of_thread() -> _Thread:
    if not hasattr(_OF, "thread"):
        _OF.thread = _Thread()
    thread: _Thread = _OF.thread
    return thread


def shared(task: Task, folder: str) -> Shared:
    """Return what a scan has in common with others of this thread; nothing where it could change the cache."""
    scanned = (folder,) if task.wanted.is_local else ()  # a mirror holds nothing but what git wrote
    run = _of_thread().run
    if run.cache.folder is None or (scanned and cache.distrust(run.cache.folder, scanned)):
        return Shared(scanned)
    return Shared(scanned, run)


def _tried(task: Task, ask: Callable[[], T]) -> T:
    """Ask a host, and again when it fails: it may be busy."""
    pause = task.pause
    for _ in range(task.tries - 1):
        try:
            return ask()
        except KeyguardError:  # noqa: PERF203 - it is on its way to another host
            time.sleep(pause)
            pause *= 2
    return ask()


def _changed(known: Record, **facts: Any) -> Record:
    return msgspec.structs.replace(known, **facts)
