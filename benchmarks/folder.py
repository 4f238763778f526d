"""A folder of 20 small repositories in one scan, beside the sum of scanning each of them by its name.

Each repository has a bot of ten files and 30 commits, and the same leaked credential in its history. Nothing of a
history is remembered (`--no-cache`); packs and compiled patterns are.
"""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from benchmarks.claims import claim
from benchmarks.common import KEYGUARD, Runs, arguments, in_turns, middle, ratio, spread, table, temporary
from keyguard.packs import expand

if TYPE_CHECKING:
    from pathlib import Path

_REPOSITORIES, _FILES, _COMMITS = 20, 10, 30
_LEAK = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"
_CODE = "import os\n\n\ndef step():\n    return os.environ['OKX_API_KEY'], {number}\n"


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, rounds=5)
    with claim(options, "folder") as said, temporary() as folder:
        names = [f"bot{number:02}" for number in range(_REPOSITORIES)]
        for name in names:
            make(folder / "bots" / name)
        cache = {"KEYGUARD_CACHE_DIR": str(folder / "cache")}
        scan = [*KEYGUARD, "scan", "--no-cache", "--format", "json"]
        whole = Runs([*scan, str(folder / "bots")], cache)
        each = [Runs([*scan, str(folder / "bots" / name)], cache) for name in names]
        in_turns([whole, *each], options.rounds)
        wall = [sum(times) for times in zip(*(one.wall for one in each), strict=True)]
        cpu = [sum(times) for times in zip(*(one.cpu for one in each), strict=True)]
        table(
            [
                ["what", "time", "processor time"],
                ["the folder", spread(whole.wall), spread(whole.cpu)],
                ["sum of each", spread(wall), spread(cpu)],
                ["ratio", ratio(whole.wall, wall), ratio(whole.cpu, cpu)],
            ]
        )
        findings = json.loads(whole.output)["findings"]
        places = [len({part["path"] for part in finding["parts"]}) for finding in findings]
        print(f"\nThe credential that all have is {len(findings)} finding, with {sum(places)} places.")
        said.sentence = (
            f"A folder of {_REPOSITORIES} small repositories takes {middle(whole.wall, wall)} of the time of scanning "
            "each of them."
        )


def make(top: Path, *, leaks: bool = True, bare: bool = False) -> None:
    """Make one repository; git reads its commits from one stream."""
    top.mkdir(parents=True)
    init = ["git", "init", "--quiet", "-b", "main", *(["--bare"] if bare else []), str(top)]
    subprocess.run(init, check=True)
    stream = b"".join(_commit(number, leaks=leaks) for number in range(_COMMITS))
    subprocess.run(["git", "fast-import", "--quiet"], cwd=top, input=stream, check=True)  # noqa: S607
    if bare:
        return
    subprocess.run(["git", "reset", "--quiet", "--hard"], cwd=top, check=True)  # noqa: S607


def _commit(number: int, *, leaks: bool) -> bytes:
    """Return one commit of a stream for `git fast-import`: a change of each file, and once a leak that goes again."""
    lines = [f"commit refs/heads/main\ncommitter A <a@example.com> {1_600_000_000 + number} +0000\ndata 1\nx\n"]
    files = {f"bot/step{file}.py": _CODE.format(number=number * _FILES + file) for file in range(_FILES)}
    if leaks and number == _COMMITS // 2:
        files["bot/.env"] = expand(_LEAK, "folder")
    for path, text in files.items():
        lines.append(f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n")
    if leaks and number == _COMMITS // 2 + 1:
        lines.append("D bot/.env\n")
    return "".join(lines).encode()


if __name__ == "__main__":
    main()
