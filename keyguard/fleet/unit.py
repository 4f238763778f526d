"""The work on one repository, a function of its arguments alone: whatever process does it writes the same result."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from keyguard import __version__, api, seal
from keyguard.errors import KeyguardError
from keyguard.fleet import record
from keyguard.fleet.record import Record
from keyguard.fleet.results import folder_of
from keyguard.fleet.store import Store
from keyguard.git import calls, remote
from keyguard.veil import covered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from keyguard.fleet.wanted import Wanted

T = TypeVar("T")

_REFS = ("for-each-ref", "--format=%(objectname)%09%(refname)")


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is given: a repository, where results go, and how it is read."""

    wanted: Wanted
    out: str
    rules: str  # digest of the rules and this keyguard
    settings: Mapping[str, object] = field(default_factory=dict)
    access: remote.Access = field(default_factory=remote.Access)
    mirrors: str = ""  # a folder; '': in the user's cache
    tries: int = 3
    pause: float = 1.0  # seconds before a fetch is tried again; each is twice the one before

    @property
    def folder(self) -> str:
        """The folder of this repository's results."""
        return folder_of(self.wanted.id)


def work(task: Task) -> Record:
    """Scan one repository, unless it was scanned at these tips, and return the record; no error leaves it."""
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
        with _known_at(task, known) as (found, store):
            if found.state != "failed" and not _has_work_tree(task):
                return found
            done = _scanned(task, found, store)
    except KeyguardError as error:
        done = _changed(known, reason=covered(error.message))
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        done = _changed(known, reason=f"keyguard failed: {type(error).__name__}")
    done = _changed(done, seconds=round(time.monotonic() - started, 3))
    if done.state != "failed":
        Store(task.out).write(f"{task.folder}/{done.unit}.record.json", done.line())
    return done


@contextlib.contextmanager
def _known_at(task: Task, known: Record) -> Iterator[tuple[Record, Store]]:
    """Yield what is known of a repository at its tips: its record where it has been scanned, with its state."""
    store = Store(task.out)
    tips = _tried(task, lambda: _tips(task))
    digest = hashlib.sha256("\n".join(f"{tip} {ref}" for ref, tip in tips.items()).encode()).hexdigest()
    unit = hashlib.sha256(f"{task.wanted.id}\0{digest}\0{task.rules}".encode("utf-8", "surrogateescape")).hexdigest()[
        :32
    ]
    data = store.read(f"{task.folder}/{unit}.record.json")
    yield (record.read(data) if data else _changed(known, unit=unit, tips=len(tips), tips_digest=digest)), store


def _has_work_tree(task: Task) -> bool:
    """Say whether files beside the history belong to a repository: of those no tip tells."""
    return task.wanted.is_local and (Path(task.wanted.address) / ".git").exists()


def _tips(task: Task) -> dict[str, str]:
    if not task.wanted.is_local:
        return remote.tips(task.wanted.address, task.access)
    lines = os.fsdecode(calls.run(_REFS, cwd=task.wanted.address, bare=True, top=True)).splitlines()
    return dict(sorted((line.partition("\t")[2], line.partition("\t")[0]) for line in lines))


def _scanned(task: Task, known: Record, store: Store) -> Record:
    folder = place(task)
    session = api.Session(api.Request(paths=(folder,), jobs=1, cache=False, settings=dict(task.settings)))
    outcome = session.scan()
    report = io.BytesIO()
    api.report(replace(outcome, rules=session.rules.rules), "json", report)
    store.write(f"{task.folder}/{known.unit}.report.json", report.getvalue())
    reasons = [f"{skipped.what}: {skipped.reason}" for skipped in outcome.skipped]
    scanned = outcome.scanned
    return _changed(
        known,
        state="failed" if outcome.failed else "complete" if outcome.complete and not reasons else "partial",
        reason=covered("; ".join(reasons[:5]) + (f"; and {len(reasons) - 5:,} more" if len(reasons) > 5 else "")),
        commits=scanned.commits,
        contents=scanned.blobs,
        files=scanned.files,
        read_bytes=scanned.bytes,
        findings=sum(not finding.suppressed for finding in outcome.findings),
        exit_code=api.exit_code(outcome, session.settings),
    )


def mirrors(chosen: str) -> Path:
    """Return the folder of mirrors."""
    return Path(chosen) if chosen else seal.user_folder("cache") / "fleet"


def place(task: Task) -> str:
    """Return the folder in which a repository can be read here: its own, or that of a mirror as it is now."""
    return task.wanted.address if task.wanted.is_local else _mirrored(task)


def _mirrored(task: Task) -> str:
    """Bring a mirror up to date; one that cannot be is made anew."""
    folder = mirrors(task.mirrors) / f"{task.folder.partition('/')[2]}.git"

    def fetch() -> None:
        try:
            remote.mirror(task.wanted.address, folder, task.access)
        except KeyguardError:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    _tried(task, fetch)
    return str(folder)


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
