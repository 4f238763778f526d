"""What practices cost: a scan of the files with them beside one without, in each listed repository that uses OKX.

FOLDER holds the clones of benchmarks/public.txt; `python -m benchmarks.public --clone FOLDER` makes what is missing.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.claims import claim
from benchmarks.common import KEYGUARD, Runs, in_turns, middle_of, parser, ratio, spread, table, temporary
from benchmarks.public import listed, named

if TYPE_CHECKING:
    import argparse

    from benchmarks.public import Listed

_SETTINGS = {"with": "practices: {fail_on: high}\n", "without": "practices: off\n"}  # both are read from a file


def main() -> None:
    """Measure and print."""
    options = _options()
    rows, costs = [["repository", "commit", "without", "with", "ratio"]], list[float]()
    with claim(options, "practices") as said:
        for one in [named(name) for name in options.repository] or [one for one in listed() if one.kind == "okx"]:
            with temporary() as work:
                runs = _measured(one, options.folder, work, options.rounds)
            costs.append(middle_of(runs["with"].cpu, runs["without"].cpu))
            times = (spread(runs[name].cpu) for name in ("without", "with"))
            rows.append([one.name, one.commit[:10], *times, ratio(runs["with"].cpu, runs["without"].cpu)])
        print(f"Python {sys.version.split()[0]}; {options.rounds} rounds; files alone, one process, processor time\n")
        table(rows)
        said.sentence = (
            f"A scan of files with practices takes {statistics.median(costs):.2f} of the processor time of one without "
            f"(median of {len(costs)} repositories that use OKX, {min(costs):.2f} to {max(costs):.2f})."
        )


def _options() -> argparse.Namespace:
    options = parser(__doc__, rounds=5)
    options.add_argument("--repository", metavar="NAME", action="append", default=[], help="this one alone, or several")
    options.add_argument("folder", type=Path, metavar="FOLDER", help="the clones")
    return options.parse_args()


def _measured(one: Listed, folder: Path, work: Path, rounds: int) -> dict[str, Runs]:
    """Scan the files of a commit in turns, with practices and without."""
    tree = work / "tree"
    clone = ["git", "clone", "--quiet", "--shared", str(one.history(folder, work)), str(tree)]
    subprocess.run(clone, check=False, capture_output=True)  # of a clone without its largest objects, the rest is read
    runs = {}
    for name, text in _SETTINGS.items():
        settings = work / f"{name}.yml"
        settings.write_text(text, "utf-8")
        options = ("--no-history", "--no-cache", "--jobs", "1", "--quiet", "--config", str(settings))
        runs[name] = Runs([*KEYGUARD, "scan", *options, str(tree)])
    in_turns(list(runs.values()), rounds)
    return runs


if __name__ == "__main__":
    main()
