"""What README and docs/ say of speed, memory and accuracy is what a command printed, on a day and of a commit.

    <!-- measured: NAME -->
    ...
    <!-- end -->

Between such lines stands what `python -m benchmarks.NAME --record` wrote: in docs/benchmarks.md all of its output, in
README and other pages one sentence of it. Nothing is recorded of files that nobody else has: what is scanned is
generated, part of this repository, or listed by name and commit in benchmarks/public.txt.
"""

from __future__ import annotations

import contextlib
import io
import os
import platform
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from benchmarks.common import ROOT

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

PAGE = ROOT / "docs" / "benchmarks.md"
BLOCK = re.compile(r"(<!-- measured: ([\w-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
_IDLE = 0.5
_MEASURED = ("keyguard", "rules", "benchmarks", "tests/corpus")


@dataclass
class Claim:
    """What a run lets one say in a sentence."""

    sentence: str = ""


class _Tee(io.TextIOBase):
    """Standard output, of which a copy is kept."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self.text = stream, ""

    def write(self, text: str) -> int:
        self.text += text
        return self._stream.write(text)

    def flush(self) -> None:
        self._stream.flush()


@contextlib.contextmanager
def claim(options: argparse.Namespace, name: str, *, public: bool = True) -> Iterator[Claim]:
    """Collect what the block prints, add its sentence, and record both if that is asked for."""
    if options.record and not public:
        sys.exit("--record is for what others can measure too: leave PATH out, or see benchmarks/public.txt")
    commit, beside = _commit() if options.record else "", _beside()
    tee, found = _Tee(sys.stdout), Claim()
    with contextlib.redirect_stdout(tee):
        yield found
        print(f"\n{found.sentence}")
    if options.record:
        where = f"`{_command(name)}`, {time.strftime('%Y-%m-%d')}, commit {commit}, {_machine()}{beside}"
        for page in pages():
            whole = f"{where}:\n\n{tee.text.strip()}"
            write(page, name, whole if page == PAGE else f"- {found.sentence} `{_command(name)}`")


def pages() -> list[Path]:
    """Return the pages that may have figures."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def write(page: Path, name: str, text: str) -> None:
    """Put a text into the block of a page that is for it, if the page has one."""
    before = page.read_text("utf-8")
    after = BLOCK.sub(lambda found: f"{found[1]}{text}\n{found[4]}" if found[2] == name else found[0], before)
    if after != before:
        page.write_text(after, "utf-8")


def _command(name: str) -> str:
    """Return what was typed, without the folders that only this machine has."""
    arguments = [one for one in sys.argv[1:] if one != "--record"]
    shown = [
        ("DIR" if before in {"--corpus", "--state"} else "CLONES") if Path(one).is_dir() else one
        for before, one in zip(["", *arguments], arguments, strict=False)
    ]
    return " ".join([f"python -m benchmarks.{name}", *shown])


def _commit() -> str:
    def git(*arguments: str) -> str:
        return subprocess.check_output(["git", "-C", str(ROOT), *arguments], text=True).strip()  # noqa: S607

    if git("status", "--porcelain", "--", *_MEASURED):
        sys.exit("--record is for a commit: there are changes that none has")
    return git("rev-parse", "--short=10", "HEAD")


def _beside() -> str:
    """Say what else the machine did when a run began: times that were taken under load are not taken for others."""
    load = os.getloadavg()[0]
    return f", under load ({load:.1f} processes)" if load >= _IDLE else ""


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
