"""Settings of git that name a program or an address, one after the other, in all modes: what runs, connects, writes.

    python -m benchmarks.traps --count 100 --seed 1    # of those that git knows, some that chance chooses
    python -m benchmarks.traps --count 0               # all of them, some 850: most of an hour

A repository has each setting with the path of a program or a command, an address, and a number or a word. It is scanned
in six modes by the command in this process. Wrong is: the program ran, somebody connected to the address, a file in the
repository or around it changed, or a credential was missed without a word: exit code 1. Ctrl-C ends it with what was
tried so far.
"""

from __future__ import annotations

import contextlib
import os
import sys
from random import Random
from typing import TYPE_CHECKING

from benchmarks.claims import claim
from benchmarks.common import parser, temporary
from tests.history import trapping

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def main() -> int:
    """Run the command line; 1 when a trap was sprung or a scan kept silent."""
    command = parser(__doc__)
    command.add_argument("--count", type=int, default=100, help="how many settings, 0 for all (default: 100)")
    command.add_argument("--seed", type=int, default=1, help="what the chance is made of (default: 1)")
    options = command.parse_args()
    with claim(options, "traps") as said, temporary() as place:
        os.environ["KEYGUARD_CACHE_DIR"] = str(place / "cache")
        tried, wrong = _tried(place / "traps", options)
        for line in wrong:
            print(line)
        said.sentence = (
            f"{tried:,} settings of git that were traps, each with 3 values in {len(trapping.MODES)} modes: "
            f"{len(wrong)} of {tried * 3 * len(trapping.MODES):,} scans ran, called or wrote anything or kept silent."
        )
    return int(bool(wrong))


def _tried(folder: Path, options: argparse.Namespace) -> tuple[int, list[str]]:
    """Set the traps; return how many, and what was wrong."""
    names = trapping.settings()
    chosen = Random(options.seed).sample(names, options.count) if options.count else names  # noqa: S311
    folder.mkdir()
    wrong: list[str] = []
    tried = 0
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(trapping.Place(folder)) as place:
        for number, name in enumerate(chosen):
            wrong += trapping.wrong(place, name, number)
            tried += 1
    return tried, wrong


if __name__ == "__main__":
    sys.exit(main())
