"""What each reader raises when a fuzzer that follows the branches makes its inputs.

    python -m benchmarks.fuzz                       # a minute for each reader
    python -m benchmarks.fuzz --seconds 3600 --only matcher --corpus DIR

Printed are the inputs and the branches taken. atheris makes inputs from right ones, and keeps those that take a branch
which none before took; `--corpus` keeps them for the next time, in a folder for each reader. An input that raises
anything but keyguard's own errors is written, once for each place, into the folder that `--faults` names: exit code 1.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.claims import claim
from benchmarks.common import parser, table, temporary
from tests.readers import READERS

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
    """What became of one reader."""

    name: str
    inputs: int
    branches: int
    newest: int
    """The number of the input that took the last new branch."""
    faults: tuple[str, ...]
    words: str


def main() -> int:
    """Run the command line; 1 when a reader raised what it may not."""
    command = parser(__doc__)
    command.add_argument("--seconds", type=int, default=60, help="for each reader (default: 60)")
    command.add_argument("--only", action="append", help="a reader by its name; may be given again (default: all)")
    command.add_argument("--corpus", type=Path, help="where inputs that took a new branch are kept (default: nowhere)")
    command.add_argument("--faults", type=Path, default=Path("faults"), help="where inputs that raised are written")
    command.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="readers at once (default: one a core)")
    options = command.parse_args()
    with claim(options, "fuzz") as said, temporary() as made, ThreadPoolExecutor(options.jobs) as pool:
        corpus = options.corpus or made
        names = options.only or list(READERS)
        tried = list(pool.map(lambda name: _tried(name, options.seconds, corpus, options.faults), names))
        table([("reader", "inputs", "branches", "last new one at", "exceptions"), *map(_row, tried)])
        inputs, faults = sum(one.inputs for one in tried), [(one, fault) for one in tried for fault in one.faults]
        said.sentence = (
            f"Of {inputs:,} inputs that a fuzzer made for {len(tried)} readers, {len(faults)} raised an exception "
            "that is none of keyguard's own."
        )
    for one, fault in faults:
        print(f"{one.name}: {fault}")
    for one in tried:
        if not one.inputs:
            print(f"{one.name} did not run:\n{one.words[-2000:]}")
    return int(bool(faults) or not all(one.inputs for one in tried))


def _row(one: Tried) -> tuple[str, ...]:
    return (one.name, f"{one.inputs:,}", f"{one.branches:,}", f"{one.newest:,}", str(len(one.faults)))


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
    return Tried(name, max(done, default=0), branches, newest, tuple(_FAULT.findall(said)), said)


if __name__ == "__main__":
    sys.exit(main())
