"""How the cost grows: with the size of a history, the number of packs, of findings and of files.

Each table says how often the first row's time its others take, and how often its size they have.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.claims import claim
from benchmarks.common import KEYGUARD, ROOT, Runs, in_turns, parser, ratio, spread, table, temporary
from benchmarks.history import imported
from keyguard.packs import expand

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FILES = ["scan", "--no-history", "--no-cache", "--quiet", "--format", "jsonl"]
_IN_A_FOLDER = 1000
_IN_A_FILE = 100


def main() -> None:
    """Measure and print."""
    command = parser(__doc__, rounds=3)
    command.add_argument("--factor", type=float, default=1.0, help="of all sizes (default: 1)")
    options = command.parse_args()
    with claim(options, "scale") as said, temporary() as work:
        history = _histories(work, options.rounds, options.factor)
        packs = _packs(work, options.rounds, options.factor)
        findings = _findings(work, options.rounds, options.factor)
        files = _small_files(work, options.rounds, options.factor)
        said.sentence = (
            f"Four times the history takes {history} times the time, ten packs {packs} times that of one, "
            f"10,000 findings {findings} times that of one, a hundred times the files {files} times."
        )


def _histories(work: Path, rounds: int, factor: float) -> str:
    runs = []
    for times in (1, 2, 4):
        path = imported(work / f"history{times}.git", max(1, int(50 * times * factor)))
        runs.append((times, Runs([*KEYGUARD, "scan", "--history-only", "--no-cache", "--quiet", str(path)])))
    return _measured("a history", "megabytes", runs, rounds, int(50 * factor))


def _packs(work: Path, rounds: int, factor: float) -> str:
    path = imported(work / "packs.git", max(1, int(50 * factor)))
    text, runs = (ROOT / "rules" / "okx.yml").read_text(encoding="utf-8"), []
    for count in (1, 3, 10):
        folder = work / f"packs{count}"
        folder.mkdir()
        for number in range(1, count):
            name = f"{chr(ord('a') + number)}kx"
            (folder / f"{name}.yml").write_text(re.sub("(?i)okx", name, text), encoding="utf-8")
        more = [] if count == 1 else ["--rules", str(folder)]
        scan = [*KEYGUARD, "scan", "--history-only", "--no-cache", "--quiet", *more, str(path)]
        runs.append((count, Runs(scan)))
    return _measured("a history, by packs", "packs", runs, rounds)


def _findings(work: Path, rounds: int, factor: float) -> str:
    runs = []
    for count in (1, 100, 10_000):
        count = max(1, int(count * factor))  # noqa: PLW2901 - as it is asked for
        folder = work / f"findings{count}"
        folder.mkdir(exist_ok=True)
        for number in range(0, count, _IN_A_FILE):
            lines = (_credential(number + n) for n in range(min(_IN_A_FILE, count - number)))
            (folder / f"{number}.env").write_text("".join(lines), encoding="utf-8")
        runs.append((count, Runs([*KEYGUARD, *_FILES, str(folder)])))
    return _measured("a folder", "findings", runs, rounds)


def _credential(number: int) -> str:
    return expand("OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n", str(number))


def _small_files(work: Path, rounds: int, factor: float) -> str:
    runs = []
    for count in (1000, 10_000, 100_000):
        count = max(1, int(count * factor))  # noqa: PLW2901 - as it is asked for
        for number in range(count):
            folder = work / f"files{count}" / str(number // _IN_A_FOLDER)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{number}.py").write_text(f"x = {number}\n" * 20, encoding="utf-8")
        runs.append((count, Runs([*KEYGUARD, *_FILES, str(work / f"files{count}")])))
    return _measured("a folder", "files", runs, rounds)


def _measured(what: str, unit: str, runs: Sequence[tuple[int, Runs]], rounds: int, size: int = 1) -> str:
    in_turns([run for _, run in runs], rounds, warm=False)
    first = runs[0]
    rows = [[what, "times the first", "time", "times the first's", "processor time"]]
    for count, run in runs:
        times = ratio(run.wall, first[1].wall)
        rows.append([f"{count * size:,} {unit}", f"{count / first[0]:g}", spread(run.wall), times, spread(run.cpu)])
    table(rows)
    print()
    return ratio(runs[-1][1].wall, first[1].wall).partition(" ")[0]


if __name__ == "__main__":
    main()
