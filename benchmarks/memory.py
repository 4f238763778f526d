"""Peak memory on trees and files that are hard on it.

Measured while it runs: the kernel's own peak of each process (VmHWM), and the sum over all of them at one moment in
which pages that they share count once (PSS). Linux only. The files take 1.7 GB of TMPDIR at most; --scale 0.1 makes
them smaller.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.claims import claim
from benchmarks.common import KEYGUARD, MEGABYTE, environment, millions, own_rules, parser, size, table, temporary
from benchmarks.generate import generate
from keyguard.packs import expand

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LINE = b"def handle(self, request, *, timeout=30):  # nothing of interest, as most lines of most files\n"
_KEYS = (
    '{"exchange": "okx", "apiKey": "<api_key:%d>", "secretKey": "<secret_key:%d>", "passphrase": "<passphrase:%d>"}, '
)


def main() -> None:
    """Measure and print."""
    command = parser(__doc__, tree="only what is generated")
    command.add_argument("--scale", type=float, default=1.0, help="of the sizes (default: 1)")
    options = command.parse_args()
    if not Path("/proc/self/smaps_rollup").exists():
        sys.exit("this benchmark reads /proc and needs Linux")
    rows = [["what", "size", "processes", "largest process", "all together", "time", "findings"]]
    makers: list[tuple[str, Callable[[Path, float], object]]] = [
        ("an empty folder", lambda _folder, _scale: None),
        ("many small files", _many_files),
        ("a tree of source", lambda folder, scale: generate(folder, int(100 * scale))),
        ("one large sparse file", _sparse),
        ("one large text", _text),
        ("one line of JSON, with credentials", _json),
        ("files with 10,000 credentials in all", _leaks),
        ("a deep tree", _deep),
        ("a file full of UUIDs", _uuids),
        ("a file of UUIDs and hex digits that mentions OKX", _pairs),
    ]
    with claim(options, "memory", public=options.path is None and options.scale == 1.0) as said:
        largest: dict[str, int] = {}
        for name, make in makers:
            with temporary() as folder:
                make(folder, options.scale)
                row, largest[name] = _measure(folder)
                rows.append([name, *row])
        if options.path is not None:
            row, largest["PATH"] = _measure(options.path)
            rows.append([str(options.path), *row])
        print(f"{own_rules()} rules\n")
        table(rows)
        worst = max(largest, key=largest.__getitem__)
        said.sentence = (
            f"Of {len(largest)} inputs that are hard on memory, 1 GB of text among them, {worst} needs the largest "
            f"process: {millions(largest[worst])}; {makers[2][0]} {millions(largest[makers[2][0]])}."
        )


def _measure(folder: Path) -> tuple[list[str], int]:
    """Scan a folder; return what is said of it, and the peak of its largest process."""
    files, total = size(folder)
    command = [
        *KEYGUARD,
        "scan",
        "--all",
        "--format",
        "json",
        "--max-file-size",
        "4GiB",
        "--time-limit",
        "60",
        str(folder),
    ]
    started = time.perf_counter()
    peaks: dict[int, int] = {}
    together = 0
    with (
        temporary() as out,
        (out / "report.json").open("wb") as report,
        subprocess.Popen(command, env=environment({}), stdout=report, stderr=subprocess.DEVNULL) as process,
    ):
        while process.poll() is None:
            processes = family(process.pid)
            for one in processes:
                peaks[one] = max(peaks.get(one, 0), status(one, "status", "VmHWM:"))
            together = max(together, sum(status(one, "smaps_rollup", "Pss:") for one in processes))
            time.sleep(0.02)
        findings = len(json.loads((out / "report.json").read_bytes())["findings"])
    largest = max(peaks.values())
    took = f"{time.perf_counter() - started:.1f} s"
    read = f"{files:,} files, {millions(total)}"
    return [read, str(len(peaks)), millions(largest), millions(together), took, str(findings)], largest


def watched(command: Sequence[str]) -> tuple[dict[str, int], bytes]:
    """Run a command; return the peak of keyguard's largest process and of git's, and what it writes."""
    peaks: dict[str, int] = {}
    with temporary() as out:
        with (
            (out / "stdout").open("wb") as output,
            subprocess.Popen(command, env=environment({}), stdout=output, stderr=subprocess.DEVNULL) as process,
        ):
            while process.poll() is None:
                for one in family(process.pid):
                    name, most = peak(one)
                    if name:
                        peaks[name] = max(peaks.get(name, 0), most)
                time.sleep(0.02)
        return peaks, (out / "stdout").read_bytes()


def peak(process: int) -> tuple[str, int]:
    """Return the name of a process and the kernel's own figure of its peak."""
    try:
        name = Path(f"/proc/{process}/comm").read_text(encoding="ascii").strip()
    except OSError:  # it has ended
        return "", 0
    return ("git" if name == "git" else "keyguard"), status(process, "status", "VmHWM:")


def family(process: int) -> list[int]:
    """Return a process and all that it started, in turn."""
    found = [process]
    for one in found:
        try:
            children = Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii")
        except OSError:  # it has ended
            continue
        found += map(int, children.split())
    return found


def status(process: int, file: str, field: str) -> int:
    """Return a number of bytes that the kernel tells of a process; 0 of one that has ended."""
    try:
        for line in Path(f"/proc/{process}/{file}").read_text(encoding="utf-8").splitlines():
            if line.startswith(field):
                return int(line.split()[1]) * 1024
    except OSError:  # it has ended
        pass
    return 0


# --- what is hard


def _many_files(folder: Path, scale: float) -> None:
    for number in range(int(50_000 * scale)):
        if number % 500 == 0:
            place = folder / f"folder{number // 500}"
            place.mkdir()
        (place / f"file{number}.txt").write_bytes(_LINE * (number % 20))


def _sparse(folder: Path, scale: float) -> None:
    with (folder / "disk.img").open("wb") as file:
        file.truncate(int(1000 * scale) * MEGABYTE)


def _text(folder: Path, scale: float) -> None:
    with (folder / "large.log").open("wb") as file:
        piece = _LINE * (MEGABYTE // len(_LINE))
        for _ in range(int(1000 * scale)):
            file.write(piece)


def _json(folder: Path, scale: float) -> None:
    with (folder / "export.json").open("wb") as file:
        file.write(b"[")
        piece = b'{"name": "nothing of interest", "count": 12345, "tags": ["a", "b"]}, ' * 14_000
        for number in range(int(200 * scale)):
            file.write(piece)
            if number % 20 == 0:
                file.write(expand(_KEYS.replace("%d", str(number)), "memory").encode())
        file.write(b"{}]")


def _leaks(folder: Path, scale: float) -> None:
    for number in range(int(100 * scale)):
        records = "".join(_KEYS.replace("%d", str(100 * number + record)) + "\n" for record in range(100))
        (folder / f"accounts{number}.json").write_text(f"[{expand(records, 'memory')}{{}}]", encoding="utf-8")


def _deep(folder: Path, scale: float) -> None:
    place = folder
    for number in range(int(400 * scale)):  # Python's own rmtree gives up before 1,000
        place /= "folder"
        place.mkdir()
        (place / "f.txt").write_bytes(_LINE * (number % 50))


def _uuids(folder: Path, scale: float) -> None:
    random = Random("uuids")  # noqa: S311
    with (folder / "ids.csv").open("w", encoding="ascii") as file:
        for _ in range(int(2_500_000 * scale)):
            file.write(_uuid(random) + "\n")


def _pairs(folder: Path, scale: float) -> None:
    random = Random("pairs")  # noqa: S311
    with (folder / "okx-ids.txt").open("w", encoding="ascii") as file:
        for _ in range(int(200_000 * scale)):
            file.write(f"okx {_uuid(random)} {random.getrandbits(128):032X}\n")


def _uuid(random: Random) -> str:
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


if __name__ == "__main__":
    main()
