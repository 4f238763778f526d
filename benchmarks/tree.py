"""A large tree of source: keyguard beside `find -type f -print0 | xargs -0 cat > /dev/null` of the same files.

keyguard is run with --all, since it would leave out dependencies, lock files and what git ignores otherwise: so both
read the same bytes. Neither reads `.git` nor follows symbolic links.
"""

from __future__ import annotations

import os

from benchmarks.claims import claim
from benchmarks.common import (
    KEYGUARD,
    Runs,
    arguments,
    in_turns,
    middle,
    millions,
    own_rules,
    ratio,
    size,
    spread,
    table,
    tree,
)

MEGABYTES = 520
_CAT = r'find "$1" -name .git -prune -o -type f -print0 | xargs -0 cat > /dev/null'


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, rounds=5, tree=f"a generated tree of {MEGABYTES} MB")
    with claim(options, "tree", public=options.path is None) as said:
        with tree(options.path, MEGABYTES) as folder:
            files, total = size(folder)
            cat = Runs(["sh", "-c", _CAT, "sh", str(folder)], accepted=(0,))
            scan = [*KEYGUARD, "scan", "--all", "--no-history", "--quiet", "--max-file-size", "4GiB", str(folder)]
            every, one = Runs(scan), Runs([*scan, "--jobs", "1"])
            in_turns([cat, every, one], options.rounds)
        read = f"{files:,} files, {millions(total)}"
        print(f"{read}; {own_rules()} rules; {os.cpu_count()} cores; {options.rounds} rounds\n")
        rows = [["command", "time", "times cat", "processor time", "times cat's"]]
        for name, runs in (("find and cat", cat), ("keyguard, all cores", every), ("keyguard, one process", one)):
            rows.append(
                [name, spread(runs.wall), ratio(runs.wall, cat.wall), spread(runs.cpu), ratio(runs.cpu, cat.cpu)]
            )
        table(rows)
        said.sentence = (
            f"{files:,} generated files, {millions(total)}: {middle(every.wall, cat.wall)} times the time of "
            "`find -print0 | xargs -0 cat` of the same."
        )


if __name__ == "__main__":
    main()
