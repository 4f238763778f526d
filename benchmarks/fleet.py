"""Many repositories as one scan: what more workers bring, what an unchanged repository costs, and what memory does.

    python -m benchmarks.fleet                        # 2,000 units by real workers, 100,000 through the bookkeeping
    python -m benchmarks.fleet --units 10000          # for the memory of ten thousand real units: most of an hour

Repositories are generated: each has a bot of ten files and 30 commits, every tenth a leaked credential. Throughput is
that of a whole run with its start; an unchanged repository is one whose results are there. Linux only.
"""

from __future__ import annotations

import os
import resource
import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.claims import claim
from benchmarks.common import KEYGUARD, Runs, in_turns, middle, millions, parser, ratio, spread, table, temporary
from benchmarks.folder import make
from benchmarks.memory import status
from keyguard.fleet import engine, overview, run
from keyguard.fleet.record import Record
from keyguard.fleet.store import Store
from keyguard.fleet.unit import Task
from keyguard.fleet.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_WORKERS = (1, 2, 4)
_SIMULATED = 100_000


def main() -> None:
    """Measure and print."""
    command = parser(__doc__, rounds=3)
    command.add_argument("--repositories", type=int, default=60, help="that are generated (default: 60)")
    command.add_argument("--units", type=int, default=2000, help="of work, for the memory (default: 2000)")
    options = command.parse_args()
    with claim(options, "fleet") as said, temporary() as place:
        os.environ["KEYGUARD_CACHE_DIR"] = str(place / "cache")
        for number in range(options.repositories):
            make(place / "fleet" / f"bot{number:03}", leaks=number % 10 == 0, bare=True)
        two = _throughput(place, options.rounds)
        unchanged = _unchanged(place, options.repositories, options.rounds)
        client, worker = _memory(place, options.units)
        seconds = _bookkeeping(place)
        said.sentence = (
            f"Two workers do the work of one in {two} of the time; an unchanged repository costs {unchanged} of the "
            f"processor; from a tenth of {options.units:,} units to all of them the client grows by {client}, a worker "
            f"by {worker}; 100,000 units through the bookkeeping take {seconds}."
        )


def _throughput(place: Path, rounds: int) -> str:
    """Scan all by 1, 2 and 4 workers, in turns."""
    runs = []
    for workers in _WORKERS:
        out = place / f"out{workers}"
        scan = [*KEYGUARD, "fleet", "scan", str(place / "fleet"), "--quiet", "--workers", str(workers)]
        runs.append(Runs([*scan, "--out", str(out)], prepare=lambda out=out: _gone(out)))  # type: ignore[misc]
    in_turns(runs, rounds)
    rows = [["workers", "time", "times that of one", "processor time"]]
    for workers, one in zip(_WORKERS, runs, strict=True):
        rows.append([str(workers), spread(one.wall), ratio(one.wall, runs[0].wall), spread(one.cpu)])
    table(rows)
    print()
    return middle(runs[1].wall, runs[0].wall)


def _gone(folder: Path) -> None:
    subprocess.run(["rm", "-rf", str(folder)], check=True)  # noqa: S607


def _unchanged(place: Path, repositories: int, rounds: int) -> str:
    """Scan what was scanned, and divide what that takes beyond a run over one repository."""
    out = place / "again"
    scan = [*KEYGUARD, "fleet", "scan", "--quiet", "--shard", "1/1", "--out", str(out)]
    all_, one = Runs([*scan, str(place / "fleet")]), Runs([*scan, str(place / "fleet" / "bot001")])
    asked = ["git", "for-each-ref"]
    listed = Runs(asked, cwd=place / "fleet" / "bot001")
    in_turns([all_, one, listed], rounds)
    each = [(whole - single) / (repositories - 1) for whole, single in zip(all_.cpu, one.cpu, strict=True)]
    milliseconds = [1000 * value for value in each]
    git = [1000 * value for value in listed.cpu]
    print(f"Processor time of an unchanged repository: {spread(milliseconds, 'ms', 1)};")
    print(f"of git alone, asked for the tips of one: {spread(git, 'ms', 1)}.\n")
    return f"{sorted(milliseconds)[len(milliseconds) // 2]:.1f} ms"


def _memory(place: Path, units: int) -> tuple[str, str]:
    """Do so many units by two workers, and look at the processes at a tenth of them and at their end."""
    folders = sorted((place / "fleet").iterdir())
    wanted = (Wanted(f"unit{n}", f"unit{n}", str(folders[n % len(folders)])) for n in range(units))
    like = Task(Wanted("", "", ""), str(place / "units"), "rules")
    seen: dict[int, list[int]] = {}

    def told(record: Record | None, summary: run.Summary) -> None:
        if isinstance(doing, engine.Cluster) and record and summary.repositories in {units // 10, units // 2, units}:
            seen[summary.repositories] = [_size(), max(doing.client.run(_size).values())]

    started = time.perf_counter()
    with engine.opened(shard="", scheduler="", workers=2) as doing:
        run.scan(wanted, like, doing, progress=told)
    took = time.perf_counter() - started
    rows = [["units done", "client and scheduler", "largest worker"]]
    rows += [[f"{count:,}", *map(millions, sizes)] for count, sizes in seen.items()]
    table(rows)
    print(f"\n{units:,} units by two workers: {took:.0f} s.\n")
    first, last = seen[units // 10], seen[units]
    return millions(max(0, last[0] - first[0])), millions(max(0, last[1] - first[1]))


def _size() -> int:
    """Return how much memory this process has, be it the client or a worker."""
    return status(os.getpid(), "status", "VmRSS:")


class _Simulated:
    """Does nothing, at once: what is left is the bookkeeping."""

    where = "nowhere"

    def map(self, tasks: Iterable[Task]) -> Iterator[Record]:
        for task in tasks:
            one = task.wanted
            yield Record(repository=one.id, name=one.name, address=one.address, unit="0" * 32, state="complete")


def _bookkeeping(place: Path) -> str:
    """Have many units pass through the records and into a report, in this process."""
    out, before = str(place / "simulated"), _peak()
    wanted = (Wanted(f"github:h:{n}", f"acme/bot{n}", f"https://h/acme/bot{n}") for n in range(_SIMULATED))
    like = replace(Task(Wanted("", "", ""), out, "rules"))
    started = time.perf_counter()
    run.scan(wanted, like, _Simulated())
    scanned, between = time.perf_counter() - started, _peak()
    seen = overview.overview(Store(out), {})
    overview.as_html(seen)
    told = time.perf_counter() - started - scanned
    rows = [
        [f"{_SIMULATED:,} units", "time", "memory more than before"],
        ["their records", f"{scanned:.1f} s", millions(max(0, between - before))],
        ["the report on them", f"{told:.1f} s", millions(max(0, _peak() - between))],
    ]
    table(rows)
    return f"{scanned:.0f} s"


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
