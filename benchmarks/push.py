"""How long a push takes, to a bare repository without a hook and to one with keyguard's `pre-receive`.

The repository is generated; what is pushed is one small commit, a branch of 20, and everything at once.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from benchmarks.claims import claim
from benchmarks.common import KEYGUARD, Runs, environment, in_turns, parser, spread, table, temporary
from benchmarks.history import imported

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NAMED = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
_SERVERS = ("without", "with")


def main() -> None:
    """Measure and print."""
    command = parser(__doc__, rounds=5)
    command.add_argument("--megabytes", type=int, default=100, help="of blobs to generate (default: 100)")
    options = command.parse_args()
    rows = [["push", *_SERVERS]]
    with claim(options, "push") as said, temporary() as work:
        history = imported(work / "history.git", options.megabytes)
        total = int(_git(history, "rev-list", "--all", "--count"))
        named = {
            f"one small commit, to a repository of {total:,}": ("main~1", "main"),
            "a new branch of 20 commits": ("main~20", "main:refs/heads/new"),
            f"all {total:,} commits at once, {options.megabytes} MB": (None, "main"),
        }
        slower = []
        for what, (before, pushed) in named.items():
            runs = [_pushes(work, history, server, before, pushed) for server in _SERVERS]
            in_turns(runs, options.rounds)
            rows.append([what, *(spread(one.wall) for one in runs)])
            slower.append(sorted(one - other for one, other in zip(runs[1].wall, runs[0].wall, strict=True)))
        table(rows)
        small = slower[0][len(slower[0]) // 2]
        said.sentence = f"A push of one small commit takes {small:.2f} s longer with the `pre-receive` hook."


def _pushes(work: Path, history: Path, server: str, before: str | None, pushed: str) -> Runs:
    """Return pushes to a server, which is laid anew before each."""
    bare, kept = work / f"{server}.git", work / f"{server}-as-it-was.git"
    shutil.rmtree(kept, ignore_errors=True)
    _git(work, "init", "--quiet", "--bare", "--initial-branch=main", str(kept))
    if before:
        _git(history, "push", "--quiet", str(kept), f"{before}:refs/heads/main")
    if server == "with":
        install = [*KEYGUARD, "hook", "install", "-C", str(kept)]
        subprocess.run(install, env=environment({}), check=True, stdout=subprocess.DEVNULL)

    def lay() -> None:
        shutil.rmtree(bare, ignore_errors=True)
        shutil.copytree(kept, bare)

    return Runs(["git", "push", "--quiet", str(bare), pushed], _NAMED, cwd=history, accepted=(0,), prepare=lay)


def _git(folder: Path, *arguments: str) -> str:
    command: Sequence[str] = ["git", "-C", str(folder), *arguments]
    return subprocess.check_output(command, text=True, env=environment(_NAMED)).strip()


if __name__ == "__main__":
    main()
