"""What each reader raises when a fuzzer that follows the branches makes its inputs.

    python -m benchmarks.fuzz                       # a minute for each reader
    python -m benchmarks.fuzz --seconds 3600 --only matcher --corpus DIR
    python -m benchmarks.fuzz --until 10000000 --corpus DIR

Printed are the inputs and the branches taken. atheris makes inputs from right ones, and keeps those that take a branch
which none before took; `--corpus` keeps them for the next time, in a folder for each reader, and with them what each
run counted: the next one goes on from there, and its figures are those of all. So `--until` may be interrupted at any
time: it has the readers take turns of `--seconds` until so many inputs were tried in all, or prints what there is. An
input that raises anything but keyguard's own errors is written, once for each place, into the folder that `--faults`
names: exit code 1.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from benchmarks.claims import claim
from benchmarks.common import parser, table, temporary
from tests.readers import READERS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

# The branches of a module are seen when it is loaded here: all of them are, before anything else loads one.
_ONE = """
import importlib, pkgutil, sys, atheris
with atheris.instrument_imports(include=["keyguard"], enable_loader_override=False):
    import keyguard
    for module in pkgutil.walk_packages(keyguard.__path__, "keyguard."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
from benchmarks import fuzz_one
from tests.readers import READERS
fuzz_one.run(atheris, READERS[sys.argv[1]], sys.argv[1:])
"""
_STATE = re.compile(r"^#(\d+)\s+\w+\s+cov: (\d+) ", re.MULTILINE)
_DONE = re.compile(r"^#(\d+)\s+DONE|^Done (\d+) runs", re.MULTILINE)
_FAULT = re.compile(r"^FAULT (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Tried:
    """What became of one reader, in one run or in all that a corpus tells of."""

    name: str
    inputs: int = 0
    branches: int = 0
    newest: int = 0
    """The number of the input that took the last new branch."""
    faults: tuple[str, ...] = ()

    def and_then(self, later: Tried) -> Tried:
        """Add a run that went on with the inputs of this one."""
        is_new = later.branches > self.branches
        return Tried(
            self.name,
            self.inputs + later.inputs,
            max(self.branches, later.branches),
            self.inputs + later.newest if is_new else self.newest,
            (*self.faults, *(fault for fault in later.faults if fault not in self.faults)),
        )


class Counts:
    """What was counted so far: a line for each run of a reader, in a file beside the inputs that are kept."""

    def __init__(self, corpus: Path, names: Sequence[str]) -> None:
        self._file = corpus / "counts.jsonl"
        self._lock = Lock()
        self.tried = {name: Tried(name) for name in names}
        if self._file.exists():
            for line in self._file.read_text("utf-8").splitlines():
                self._take(Tried(**json.loads(line)))

    def add(self, run: Tried) -> None:
        """Count a run."""
        with self._lock, self._file.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(asdict(run))}\n")
            self._take(run)

    @property
    def inputs(self) -> int:
        """How many inputs were tried in all."""
        return sum(one.inputs for one in self.tried.values())

    def _take(self, run: Tried) -> None:
        if run.name in self.tried:
            self.tried[run.name] = self.tried[run.name].and_then(run)


def main() -> int:
    """Run the command line; 1 when a reader raised what it may not."""
    command = parser(__doc__)
    command.add_argument("--seconds", type=int, default=60, help="for each reader (default: 60)")
    command.add_argument("--until", type=int, default=0, help="take turns until so many inputs were tried in all")
    command.add_argument("--only", action="append", help="a reader by its name; may be given again (default: all)")
    command.add_argument("--corpus", type=Path, help="where inputs and counts are kept (default: nowhere)")
    command.add_argument("--faults", type=Path, default=Path("faults"), help="where inputs that raised are written")
    command.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="readers at once (default: one a core)")
    options = command.parse_args()
    with claim(options, "fuzz") as said, temporary() as made:
        corpus = options.corpus or made
        corpus.mkdir(parents=True, exist_ok=True)
        counts = Counts(corpus, options.only or list(READERS))
        _take_turns(counts, options, corpus)
        tried = list(counts.tried.values())
        table([("reader", "inputs", "branches", "last new one at", "exceptions"), *map(_row, tried)])
        faults = [(one, fault) for one in tried for fault in one.faults]
        said.sentence = (
            f"Of {counts.inputs:,} inputs that a fuzzer made for {len(tried)} readers, {len(faults)} raised an "
            "exception that is none of keyguard's own."
        )
    for one, fault in faults:
        print(f"{one.name}: {fault}")
    return int(bool(faults) or not all(one.inputs for one in tried))


def _row(one: Tried) -> tuple[str, ...]:
    return (one.name, f"{one.inputs:,}", f"{one.branches:,}", f"{one.newest:,}", str(len(one.faults)))


def _take_turns(counts: Counts, options: argparse.Namespace, corpus: Path) -> None:
    """Have each reader tried, and again until there are inputs enough, or nobody can try any more."""

    def turn(name: str) -> int:
        run = _tried(name, options.seconds, corpus, options.faults)
        counts.add(run)
        return run.inputs

    pool = ThreadPoolExecutor(options.jobs)
    try:
        wanted = options.until or counts.inputs + 1
        while counts.inputs < wanted and all(pool.map(turn, counts.tried)):
            print(f"{counts.inputs:,} inputs", file=sys.stderr, flush=True)
    except KeyboardInterrupt:  # those that run have it too, and end
        pass
    finally:
        pool.shutdown(cancel_futures=True)


def _tried(name: str, seconds: int, corpus: Path, faults: Path) -> Tried:
    place = corpus / name.replace(" ", "-")
    place.mkdir(parents=True, exist_ok=True)
    words = ["-c", _ONE, name, str(place), str(faults), f"-max_total_time={seconds}", "-print_final_stats=1"]
    ran = subprocess.run([sys.executable, *words], capture_output=True, check=False)
    said = ran.stderr.decode(errors="replace") + ran.stdout.decode(errors="replace")
    states = [(int(number), int(branches)) for number, branches in _STATE.findall(said)]
    done = [int(number or other) for number, other in _DONE.findall(said)]
    branches = max((taken for _, taken in states), default=0)
    newest = min((number for number, taken in states if taken == branches), default=0)
    inputs = max([*done, *(number for number, _ in states)], default=0)  # one that was interrupted says no last number
    if not inputs:
        print(f"{name} did not run:\n{said[-2000:]}", file=sys.stderr)
    return Tried(name, inputs, branches, newest, tuple(_FAULT.findall(said)))


if __name__ == "__main__":
    sys.exit(main())
