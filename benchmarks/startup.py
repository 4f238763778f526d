"""Start-up: `keyguard scan FILE` beside `python -c pass`; PATH is that file.

With the packs and the compiled database in the cache, and without.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.claims import claim
from benchmarks.common import KEYGUARD, Runs, arguments, in_turns, own_rules, spread, table, temporary, without

if TYPE_CHECKING:
    from pathlib import Path

_FILE = 'import os\n\napi_key = os.environ["OKX_API_KEY"]\nprint("hello", api_key[:4])\n'


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, rounds=21, tree="four lines of Python, outside git")
    with claim(options, "startup", public=options.path is None) as said:
        with temporary() as folder:
            plain, tracked = folder / "plain" / "bot.py", folder / "repository" / "bot.py"
            for made in (plain, tracked):  # a cache beside a file would lie in the tree that is scanned, and be refused
                made.parent.mkdir()
                made.write_text(_FILE, encoding="utf-8")
            file: Path = options.path or plain
            subprocess.run(["git", "init", "--quiet", str(tracked.parent)], check=True)  # noqa: S607
            warm = {"KEYGUARD_CACHE_DIR": str(folder / "warm")}
            cold = {"KEYGUARD_CACHE_DIR": str(folder / "cold")}
            scan = [*KEYGUARD, "scan", "--quiet"]
            all_runs = {
                "python -c pass": Runs([sys.executable, "-c", "pass"], accepted=(0,)),
                "keyguard --version": Runs([*KEYGUARD, "--version"], accepted=(0,)),
                "keyguard scan FILE": Runs([*scan, str(file)], warm),
                "keyguard scan FILE, in a git work tree": Runs([*scan, str(tracked)], warm),
                "keyguard scan FILE, empty cache": Runs([*scan, str(file)], cold, prepare=without(folder / "cold")),
            }
            in_turns(list(all_runs.values()), options.rounds)
        bare = all_runs["python -c pass"]
        print(f"{own_rules()} rules; Python {sys.version.split()[0]}; {options.rounds} rounds\n")
        rows = [["command", "time", "more than python", "processor time", "more than python's"]]
        for name, runs in all_runs.items():
            wall, cpu = [1000 * second for second in runs.wall], [1000 * second for second in runs.cpu]
            rows.append(
                [name, spread(wall, "ms", 0), _more(wall, bare.wall), spread(cpu, "ms", 0), _more(cpu, bare.cpu)]
            )
        table(rows)
        scan_of_file, tracked_one = (
            statistics.median(1000 * (one - other) for one, other in zip(all_runs[name].wall, bare.wall, strict=True))
            for name in ("keyguard scan FILE", "keyguard scan FILE, in a git work tree")
        )
        said.sentence = (
            f"Start-up on one clean file: {scan_of_file:.0f} ms more than `python -c pass`, in a git work tree "
            f"{tracked_one:.0f} ms."
        )


def _more(times: list[float], bare: list[float]) -> str:
    """Return how many milliseconds one takes more than the other, round by round."""
    return spread([one - 1000 * other for one, other in zip(times, bare, strict=True)], "ms", 0)


if __name__ == "__main__":
    main()
