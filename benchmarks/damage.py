"""Repositories in which a file of `.git` was damaged by chance: how many scans of them are clean without a word.

    python -m benchmarks.damage --count 10000 --seed 1
    python -m benchmarks.damage --seed 1 --first 4711 --count 1    # one of them again

A file is changed, cut, emptied, made longer or taken away; each damage is scanned in one of three ways that chance
chooses (everything, what is staged, a range), with a memory of earlier scans or none, by the command in this process.
Either all credentials are found, or the scan says that it did not read all, or git itself finds nothing wrong and
knows of no such file any more. Anything else is silent: exit code 1. Ctrl-C ends it with what was tried so far.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from benchmarks.claims import claim
from benchmarks.common import parser, table, temporary
from tests.history import damaging

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def main() -> int:
    """Run the command line; 1 when a scan kept silent."""
    command = parser(__doc__)
    command.add_argument("--count", type=int, default=300, help="how many damages (default: 300)")
    command.add_argument("--seed", type=int, default=1, help="what the chance is made of (default: 1)")
    command.add_argument("--first", type=int, default=0, help="the number of the first one (default: 0)")
    command.add_argument("--seconds", type=float, default=float("inf"), help="end after so long")
    options = command.parse_args()
    with claim(options, "damage") as said, temporary() as place:
        os.environ["KEYGUARD_CACHE_DIR"] = str(place / "cache")
        tally, silent = _tried(place, options)
        rows = [(mode, *(f"{tally[mode, how]:,}" for how in damaging.ENDS)) for mode in damaging.MODES]
        table([("scanned", "all found", "said that not all was read", "gone for git too"), *rows])
        for line in silent:
            print(line)
        said.sentence = (
            f"Of {tally.total():,} repositories that were damaged by chance, {len(silent)} scans were clean without "
            "a word about what they had not read."
        )
    return int(bool(silent))


def _tried(place: Path, options: argparse.Namespace) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Scan the damaged repositories; return how the scans ended, by their modes, and which were silent."""
    stores = {store: damaging.whole(place / store.replace(" ", "-"), store).top for store in damaging.STORES}
    tally: Counter[tuple[str, str]] = Counter()
    silent: list[str] = []
    until = time.monotonic() + options.seconds
    with contextlib.suppress(KeyboardInterrupt):
        for number in range(options.first, options.first + options.count):
            if time.monotonic() > until:
                break
            dice = Random(f"{options.seed} {number}")  # noqa: S311 - chance that is the same each time
            store, mode = dice.choice(damaging.STORES), dice.choice([*damaging.MODES])
            did = damaging.damage(stores[store] / ".git", dice)
            try:
                judged = damaging.judge(stores[store], mode, *dice.choice(((), ("--no-cache",))))
            finally:
                did.undo()
            tally[mode, judged.how] += 1
            if judged.silent:
                silent.append(f"damage {number} ({store}): {did}: {judged.silent}")
                print(silent[-1], file=sys.stderr, flush=True)
    return tally, silent


if __name__ == "__main__":
    sys.exit(main())
