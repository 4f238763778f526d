"""What all benchmarks need: a tree to scan, commands that are run in turns, and a table."""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.generate import generate
from keyguard import packs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
KEYGUARD = (sys.executable, "-m", "keyguard")
MEGABYTE = 1_000_000


def parser(description: str | None, *, rounds: int = 0, tree: str = "") -> argparse.ArgumentParser:
    """Return a command line: a PATH where the benchmark takes one, the number of rounds, and whether to record."""
    found = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter, prog=f"python -m {_module()}"
    )
    if tree:
        found.add_argument("path", nargs="?", type=Path, metavar="PATH", help=f"a folder to scan (default: {tree})")
    if rounds:
        found.add_argument("--rounds", type=int, default=rounds, help=f"how often each is measured (default: {rounds})")
    found.add_argument("--record", action="store_true", help="write the result into README.md and docs/benchmarks.md")
    return found


def arguments(description: str | None, *, rounds: int = 0, tree: str = "") -> argparse.Namespace:
    """Read the command line."""
    return parser(description, rounds=rounds, tree=tree).parse_args()


def _module() -> str:
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return spec.name if spec else "benchmarks"


# --- what is scanned


@contextlib.contextmanager
def temporary() -> Iterator[Path]:
    """Give a folder that is gone afterwards; TMPDIR says where."""
    with tempfile.TemporaryDirectory(prefix="keyguard-bench-") as name:
        yield Path(name).resolve()


@contextlib.contextmanager
def tree(path: Path | None, megabytes: int) -> Iterator[Path]:
    """Give the user's folder, or one that is generated."""
    if path is not None:
        yield path.resolve()
        return
    with temporary() as folder:
        generate(folder, megabytes)
        yield folder


def size(folder: Path) -> tuple[int, int]:
    """Return the number of files and bytes that `cat` and `keyguard scan --all` read: all but links and `.git`."""
    files = total = 0
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        for name in names:
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                files += 1
                total += path.stat().st_size
    return files, total


def own_rules() -> str:
    """Say how many rules keyguard runs."""
    return str(len(packs.load().rules))


# --- what is measured


@dataclass
class Runs:
    """The times of one command."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    accepted: tuple[int, ...] = (0, 1)
    prepare: Callable[[], object] | None = None  # called before each run
    stdin: bytes | None = None
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    output: bytes = b""

    def run(self) -> None:
        """Run once, and note wall-clock and processor time, that of its processes included."""
        if self.prepare is not None:
            self.prepare()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        done = subprocess.run(
            self.command,
            env=environment(self.environment),
            cwd=self.cwd,
            input=self.stdin,
            capture_output=True,
            check=False,
        )
        self.wall.append(time.perf_counter() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
        if done.returncode not in self.accepted:
            sys.exit(f"{' '.join(self.command)} ended with {done.returncode}:\n{done.stderr.decode(errors='replace')}")
        self.output = done.stdout

    def forget(self) -> None:
        """Forget the times of rounds that were for warming up."""
        self.wall.clear()
        self.cpu.clear()


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of every command: this checkout's keyguard, compiled as when it is installed."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": path, "NO_COLOR": "1", **more}


def without(folder: Path) -> Callable[[], object]:
    """Return what removes a folder."""
    return functools.partial(shutil.rmtree, folder, ignore_errors=True)


def in_turns(runs: Sequence[Runs], rounds: int, *, warm: bool = True) -> None:
    """Run all commands once a round, so that whatever else the machine does falls on each of them."""
    if warm:
        for one in runs:
            one.run()
            one.forget()
    for number in range(rounds):
        if sys.stderr.isatty():
            print(f"\rround {number + 1} of {rounds}", end="\r", file=sys.stderr, flush=True)
        for one in runs:
            one.run()


def spread(values: Sequence[float], unit: str = "s", digits: int = 2) -> str:
    """Return the median with its range."""
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:.{digits}f} {unit} ({low:.{digits}f}-{high:.{digits}f})"


def middle(values: Sequence[float], to: Sequence[float]) -> str:
    """Return the median of how often one takes the time of the other, for a sentence."""
    found = middle_of(values, to)
    return f"{found:.0f}" if found >= 20 else f"{found:.2f}" if found < 0.5 else f"{found:.1f}"


def middle_of(values: Sequence[float], to: Sequence[float]) -> float:
    """Return the median of how often one takes the time of the other, round by round."""
    return statistics.median(one / other for one, other in zip(values, to, strict=True))


def ratio(values: Sequence[float], to: Sequence[float]) -> str:
    """Return how often one takes the time of the other, round by round."""
    pairs = [one / other for one, other in zip(values, to, strict=True)]
    return f"{statistics.median(pairs):.2f} ({min(pairs):.2f}-{max(pairs):.2f})"


def program(name: str) -> str:
    """Find a program beside this Python, or on the PATH."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        sys.exit(f"{name} is not installed: python -m pip install detect-secrets==1.5.0 kingfisher-bin==2.14.0")
    return found


def table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in Markdown, the first one as the head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
        if not number:
            print("| " + " | ".join("-" * width for width in widths) + " |")


def millions(count: int) -> str:
    """Return bytes as megabytes."""
    return f"{count / MEGABYTE:,.0f} MB"
