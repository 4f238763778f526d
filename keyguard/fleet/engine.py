"""Who does the work: this process alone, for a shard of the fleet, or the workers of a Dask cluster.

All of them call one function, `unit.work`; a Dask worker that dies has its unit done elsewhere, and a unit that kills
its workers is recorded as failed while the others go on.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections import Counter
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from keyguard import __version__
from keyguard.errors import RequestError
from keyguard.fleet import unit
from keyguard.fleet.record import Record
from keyguard.frozen import dataclass
from keyguard.git import remote
from keyguard.veil import covered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from keyguard.fleet.unit import Task
    from keyguard.fleet.wanted import Wanted

_WAITING = 4  # tasks handed out for each worker: the client's memory does not grow with the fleet
ALLOWED_FAILURES = 3  # workers that one unit may kill


class Engine(Protocol):
    """Does tasks and yields their records as they come, in any order."""

    @property
    def where(self) -> str:
        """What does the work, for people."""

    def map(self, tasks: Iterable[Task]) -> Iterator[Record]:
        """Do tasks."""


@dataclass(frozen=True, slots=True)
class Here:
    """This process, one unit after the other."""

    where: str = "this process"

    def map(self, tasks: Iterable[Task]) -> Iterator[Record]:
        """Do tasks in their order."""
        return map(unit.work, tasks)


@dataclass(frozen=True, slots=True)
class Cluster:
    """The workers of a Dask scheduler."""

    client: Any

    @property
    def where(self) -> str:
        """How many workers there are, and where Dask shows what they do."""
        workers = len(self.client.scheduler_info(n_workers=-1)["workers"])
        return (
            f"{workers} {'worker' if workers == 1 else 'workers'} of Dask; its dashboard: {self.client.dashboard_link}"
        )

    def map(self, tasks: Iterable[Task]) -> Iterator[Record]:
        """Do tasks wherever there is room."""
        room = _WAITING * max(1, len(self.client.scheduler_info(n_workers=-1)["workers"]))
        return _Rota(self.client, iter(tasks)).records(room)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was handed out: a repository, or a part of one."""

    task: Task
    split: unit.Split | None = None  # of which it is a part


class _Rota:
    """Hands out tasks and collects what comes: parts of a repository are joined when the last of them is read."""

    def __init__(self, client: Any, waiting: Iterator[Task]) -> None:
        self._client, self._waiting = client, waiting
        self._given: dict[str, _Asked] = {}
        self._left: Counter[str] = Counter()  # parts that are not read yet, by repository
        self._running = import_module("distributed").as_completed(loop=client.loop)

    def records(self, room: int) -> Iterator[Record]:
        self._hand_out(room)
        while self._given:
            future = next(self._running)
            asked = self._given.pop(future.key)
            record = self._taken(asked, future)
            future.release()
            if record is not None:
                yield record
                self._hand_out(1)

    def _hand_out(self, number: int) -> None:
        for task in islice(self._waiting, number):
            self._submit(_Asked(task), unit.begin, task)

    def _submit(self, asked: _Asked, do: Callable[..., object], *given: object) -> None:
        future = self._client.submit(do, *given, pure=False, retries=2)
        self._given[future.key] = asked
        self._running.add(future)

    def _taken(self, asked: _Asked, future: Any) -> Record | None:
        """Return the record of a repository that is done; of one that is not, hand out what comes next."""
        task, split = asked.task, asked.split
        if split is not None:
            self._left[task.wanted.id] -= 1
            if not self._left[task.wanted.id]:  # what became of each part is in the results
                self._submit(_Asked(task), unit.begin, task, split)
            return None
        if future.status != "finished":
            return _lost(task, future)
        done: Record | unit.Split = future.result()
        if isinstance(done, Record):
            return done
        self._left[task.wanted.id] = done.count
        for number in range(done.count):
            self._submit(_Asked(task, done), unit.read_part, task, done, number)
        return None


def _lost(task: Task, future: Any) -> Record:
    """Return the record of a unit that no worker brought to its end."""
    error = future.exception()
    return Record(
        repository=task.wanted.id,
        name=covered(task.wanted.name),
        address=remote.shown(task.wanted.address),
        unit="",
        state="failed",
        reason=f"it ended its workers, or they were ended: {type(error).__name__}",
        rules=task.rules,
        version=__version__,
    )


@contextlib.contextmanager
def opened(*, shard: str, scheduler: str, workers: int, tls: tuple[str, str, str] | None = None) -> Iterator[Engine]:
    """Yield who does the work: a shard here, a running scheduler, or a cluster of this machine's own."""
    if shard:
        yield Here()
        return
    try:
        dask: Any = import_module("dask")
        distributed: Any = import_module("distributed")
    except ImportError:
        raise RequestError(
            "a fleet needs Dask, which is not installed",
            "install keyguard with its extra 'fleet', or use --shard 1/1, which does one repository after the other",
        ) from None
    dask.config.set({"distributed.scheduler.allowed-failures": ALLOWED_FAILURES, "distributed.admin.tick.limit": "60s"})
    security = None
    if tls:
        ca, certificate, key = tls
        security = distributed.Security(
            tls_ca_file=ca, tls_client_cert=certificate, tls_client_key=key, require_encryption=True
        )
    if scheduler:
        where = {"scheduler_file": scheduler} if os.path.isfile(scheduler) else {"address": scheduler}  # noqa: PTH113
        with distributed.Client(**where, security=security, timeout=30, set_as_default=False) as client:
            yield Cluster(client)
        return
    here = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    with (
        distributed.LocalCluster(
            n_workers=workers or os.cpu_count() or 1, threads_per_worker=1, memory_limit=0, silence_logs=50, **here
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield Cluster(client)


def in_shard(wanted: Iterable[Wanted], shard: str) -> Iterator[Wanted]:
    """Yield a shard's repositories; I/N of them by their ids, so that each is in one, whatever the others are."""
    if not shard:
        yield from wanted
        return
    number, of = parsed(shard)
    for one in wanted:
        digest = hashlib.sha256(one.id.encode("utf-8", "surrogateescape")).digest()
        if int.from_bytes(digest[:8], "big") % of == number - 1:
            yield one


def parsed(shard: str) -> tuple[int, int]:
    """Return the numbers of I/N; `I` alone may come from JOB_COMPLETION_INDEX, which counts from 0."""
    first, _, of = shard.partition("/")
    index = os.environ.get("JOB_COMPLETION_INDEX", "")
    number = int(first) if first.isdigit() else int(index) + 1 if not first and index.isdigit() else 0
    if not of.isdigit() or not 1 <= number <= int(of):
        raise RequestError(f"--shard {shard!r} is no I/N", "such as 3/10; '/10' takes I from JOB_COMPLETION_INDEX")
    return number, int(of)
