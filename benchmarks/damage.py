"""Repositories in which a file of `.git` was damaged by chance: how many scans of them are clean without a word.

    python -m benchmarks.damage --count 10000 --seed 1
    python -m benchmarks.damage --seed 1 --first 4711 --count 1    # one of them again
    python -m benchmarks.damage --count 10000 --seed 2 --state DIR # until DIR has so many, of all seeds

A file is changed, cut, emptied, made longer or taken away; each damage is scanned in one of three ways that chance
chooses (everything, what is staged, a range), with a memory of earlier scans or none, by the command in this process.
Either all credentials are found, or the scan says that it did not read all, or git itself finds nothing wrong and
knows of no such file any more. Anything else is silent: exit code 1. Ctrl-C ends it with what was tried so far.
With `--state` the figures are those of all runs that counted into the folder, and a seed goes on where it ended.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks import counts
from benchmarks.claims import claim
from benchmarks.common import parser, table, temporary
from tests.history import damaging

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from pathlib import Path

_PIECE = 20  # damages that are counted together


def main() -> int:
    """Run the command line; 1 when a scan kept silent."""
    command = parser(__doc__)
    command.add_argument("--count", type=int, default=300, help="how many damages in all (default: 300)")
    command.add_argument("--seed", type=int, default=1, help="what the chance is made of (default: 1)")
    command.add_argument("--first", type=int, help="the number of the first one (default: the first not yet tried)")
    command.add_argument("--seconds", type=float, default=float("inf"), help="end after so long")
    counts.option(command)
    options = command.parse_args()
    with claim(options, "damage") as said, temporary() as place:
        os.environ["KEYGUARD_CACHE_DIR"] = str(place / "cache")
        counted = counts.Counts(options.state, "damage")
        _try(place, options, counted)
        ends = counted.total("ends")
        rows = [(mode, *(f"{ends.get(f'{mode} {how}', 0):,}" for how in damaging.ENDS)) for mode in damaging.MODES]
        table([("scanned", "all found", "said that not all was read", "gone for git too"), *rows])
        silent = [line for piece in counted.pieces for line in piece["silent"]]
        for line in silent:
            print(line)
        said.sentence = (
            f"Of {sum(ends.values()):,} repositories that were damaged by chance, {len(silent)} scans were clean "
            "without a word about what they had not read."
        )
    return int(bool(silent))


def _try(place: Path, options: argparse.Namespace, counted: counts.Counts) -> None:
    """Scan damaged repositories and count how the scans ended, by their modes, and which were silent."""
    stores = {store: damaging.whole(place / store.replace(" ", "-"), store).top for store in damaging.STORES}
    number = counted.next_of(options.seed) if options.first is None else options.first
    left = options.count - sum(counted.total("ends").values())
    until = time.monotonic() + options.seconds
    with contextlib.suppress(KeyboardInterrupt):
        while left > 0 and time.monotonic() < until:
            piece = min(left, _PIECE)
            counted.add(_piece(stores, options.seed, number, piece))
            number += piece
            left -= piece


def _piece(stores: Mapping[str, Path], seed: int, first: int, count: int) -> dict[str, Any]:
    ends: Counter[str] = Counter()
    silent: list[str] = []
    for number in range(first, first + count):
        dice = Random(f"{seed} {number}")  # noqa: S311 - chance that is the same each time
        store, mode = dice.choice(damaging.STORES), dice.choice([*damaging.MODES])
        did = damaging.damage(stores[store] / ".git", dice)
        try:
            judged = damaging.judge(stores[store], mode, *dice.choice(((), ("--no-cache",))))
        finally:
            did.undo()
        ends[f"{mode} {judged.how}"] += 1
        if judged.silent:
            silent.append(f"seed {seed}, damage {number} ({store}): {did}: {judged.silent}")
            print(silent[-1], file=sys.stderr, flush=True)
    return {"seed": seed, "first": first, "next": first + count, "ends": ends, "silent": silent}


if __name__ == "__main__":
    sys.exit(main())
