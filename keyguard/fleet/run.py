"""One run over a fleet: tasks for what is wanted, and the audit record, a line for each repository, of what came."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from keyguard.engine import memory
from keyguard.fleet import engine as engines
from keyguard.fleet.store import Store, stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from keyguard.fleet.engine import Engine
    from keyguard.fleet.record import Record
    from keyguard.fleet.unit import Task
    from keyguard.fleet.wanted import Wanted
    from keyguard.packs import RuleSet


@dataclass(slots=True)
class Summary:
    """What a run came to, in numbers."""

    repositories: int = 0
    findings: int = 0
    commits: int = 0
    contents: int = 0
    read_bytes: int = 0
    under_way: dict[str, Task] = field(default_factory=dict)  # no more than the engine takes at once
    states: Counter[str] = field(default_factory=Counter)
    worst: int = 0  # exit code of a repository

    def add(self, record: Record) -> None:
        """Count a record in."""
        self.repositories += 1
        self.findings += record.findings
        self.commits += record.commits
        self.contents += record.contents
        self.read_bytes += record.read_bytes
        self.states[record.state] += 1
        self.worst = max(self.worst, int(record.exit_code == 1))

    @property
    def exit_code(self) -> int:
        """1 with findings, else 3 where a repository was not read whole, else 0."""
        return 1 if self.worst else 3 if self.states["partial"] or self.states["failed"] else 0


def digest_of(rules: RuleSet) -> str:
    """Return a name for the rules and this keyguard, without which a result is not one of theirs."""
    return memory.digest(rules)[:32]


def scan(
    wanted: Iterable[Wanted],
    like: Task,
    engine: Engine,
    *,
    shard: str = "",
    progress: Callable[[Record | None, Summary], None] | None = None,
    found: Callable[[Task, Record], None] | None = None,
) -> Summary:
    """Do what is missing, and write the audit record.

    `progress` is called when a repository is begun and for each as it ends, `found` for each with findings, with what
    it takes to read them again.
    """
    summary = Summary()

    def tasks() -> Iterator[Task]:
        for one in engines.in_shard(wanted, shard):
            summary.under_way[one.id] = replace(like, wanted=one)
            if progress:
                progress(None, summary)
            yield summary.under_way[one.id]

    started = stamp()
    part = f"-{shard.replace('/', '-of-')}" if shard else ""
    ended = False
    with tempfile.SpooledTemporaryFile(max_size=1 << 20) as lines:
        try:
            for record in engine.map(tasks()):
                task = summary.under_way.pop(record.repository)
                summary.add(record)
                if found and record.findings:
                    found(task, record)
                lines.write(record.line())
                if progress:
                    progress(record, summary)
            ended = True  # a shard without a repository was done too
        finally:  # what was done before an interrupt is on record too
            lines.seek(0)
            if ended or summary.repositories:
                Store(like.out).write(f"runs/{started}{part}.jsonl", lines.read())
    return summary
