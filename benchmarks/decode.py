"""What decoding costs where there is nothing to decode: a scan as it is beside one with --no-decode, in turns.

A tree of source and a history of source, both generated, or a PATH: a folder, which is scanned with --all, and its
history if it is a repository. A memory of what was read before is not used.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmarks.claims import claim
from benchmarks.common import (
    KEYGUARD,
    Runs,
    arguments,
    in_turns,
    middle_of,
    millions,
    ratio,
    size,
    spread,
    table,
    temporary,
    tree,
)
from benchmarks.history import imported

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MEGABYTES = 30
_TREE = ("--all", "--no-history")
_HISTORY = ("--history-only",)


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, rounds=9, tree=f"a generated tree and a generated history of {MEGABYTES} MB each")
    with claim(options, "decode", public=options.path is None) as said, temporary() as work:
        with tree(options.path, MEGABYTES) as folder:
            files, total = size(folder)
            history = options.path or imported(work / "generated.git", MEGABYTES)
            print(f"{files:,} files, {millions(total)}; {os.cpu_count()} cores; {options.rounds} rounds\n")
            found = {
                what: _pair(path, words, options.rounds)
                for what, path, words in (("the tree", folder, _TREE), ("a history", history, _HISTORY))
                if words is _TREE or _is_repository(path)
            }
        rows = [["what is scanned", "time", "with --no-decode", "times that", "processor time, times"]]
        for what, (whole, plain) in found.items():
            times = ratio(whole.wall, plain.wall), ratio(whole.cpu, plain.cpu)
            rows.append([what, spread(whole.wall), spread(plain.wall), *times])
        table(rows)
        told = {what: middle_of(whole.wall, plain.wall) for what, (whole, plain) in found.items()}
        words = " and ".join(f"{what} {number:.2f} times" for what, number in told.items())
        said.sentence = (
            f"With decoding, {words} the time of the same with `--no-decode` ({MEGABYTES} MB of source each)."
        )


def _pair(path: Path, words: Sequence[str], rounds: int) -> tuple[Runs, Runs]:
    scan = [*KEYGUARD, "scan", *words, "--no-cache", "--quiet", str(path)]
    whole, plain = Runs(scan), Runs([*scan, "--no-decode"])
    in_turns([whole, plain], rounds)
    return whole, plain


def _is_repository(path: Path) -> bool:
    return (path / ".git").exists() or (path / "objects").is_dir()


if __name__ == "__main__":
    main()
