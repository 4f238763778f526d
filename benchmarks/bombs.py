"""What inputs made to exhaust a scanner cost: refs, files, a line, folders, trees, deltas and what unpacks to much.

    python -m benchmarks.bombs               # all of them; some minutes
    python -m benchmarks.bombs refs deep     # some

Each lies beside a file with a credential, but for the line. Printed are the exit code, the time, the processor's time,
the memory of all processes together, git among them (the largest sum of ten samples a second, in which what they share
counts once, or the largest process, if that is more), and what the scan said that it left. Linux alone.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard.packs import expand
from tests.history import bombs
from tests.history.conftest import Repository

if TYPE_CHECKING:
    import resource
    from collections.abc import Callable, Iterator

_LEAK = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"
_GIT, _RM = (shutil.which(name) or name for name in ("git", "rm"))
_TOLD = ("Skipped", "error", "No finding", "1 finding")


def _refs(folder: Path) -> list[str]:
    def git(*words: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=b")
        return subprocess.run([_GIT, *who, *words], cwd=folder, check=True, capture_output=True, text=True).stdout

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "c")
    head = git("rev-parse", "HEAD").strip()
    with (folder / ".git" / "packed-refs").open("w") as file:
        file.write("# pack-refs with: peeled fully-peeled sorted \n")
        file.writelines(f"{head} refs/heads/b{number:06d}\n" for number in range(100_000))
    return []


def _files(folder: Path) -> list[str]:
    for thousand in range(1000):
        place = folder / str(thousand)
        place.mkdir()
        for number in range(1000):
            os.close(os.open(place / str(number), os.O_CREAT | os.O_WRONLY))
    return ["--no-history"]


def _credentials(folder: Path) -> list[str]:
    for number in range(250):
        text = "".join(_LEAK.replace("OKX_", f"OKX_{bot}_").replace(">", f":{bot}>") for bot in range(100))
        (folder / f"{number}.env").write_text(expand(text, f"bombs{number}"))
    return ["--no-history"]


def _line(folder: Path) -> list[str]:
    (folder / "leak.env").unlink()
    with (folder / "line.json").open("w") as file:
        file.write('{"x": "')
        file.writelines("okx apiKey " * 90_000 for _ in range(1011))
        file.write('"}')
    return ["--no-history", "--max-file-size", "2 GB"]


def _deep(folder: Path) -> list[str]:
    here = Path.cwd()
    os.chdir(folder)
    for _ in range(3_000):
        Path("d" * 10).mkdir()
        os.chdir("d" * 10)
    Path("below.env").write_text(expand(_LEAK, "below"))
    os.chdir(here)
    return ["--no-history"]


def _tree(folder: Path) -> list[str]:
    made = Repository(folder)
    made.commit({"beside": "nothing\n"})
    made.git("update-ref", "refs/heads/bomb", bombs.bomb(made, 9, "nothing\n"))
    return []


def _delta(folder: Path) -> list[str]:
    made = Repository(folder)
    return _huge(made, bombs.delta(made, 300 << 20))


def _fits(folder: Path) -> list[str]:
    made = Repository(folder)
    return _huge(made, bombs.delta(made, 180 << 20))


def _zeros(folder: Path) -> list[str]:
    made = Repository(folder)
    zeros = subprocess.run(
        [_GIT, "hash-object", "-w", "--stdin"], cwd=folder, input=bytes(260 << 20), check=True, capture_output=True
    )
    return _huge(made, zeros.stdout.decode().strip())


def _huge(made: Repository, blob: str) -> list[str]:
    """Commit a content that git alone has, and have git unpack it whatever its size."""
    made.git("update-index", "--add", "--cacheinfo", f"100644,{blob},huge.txt")
    made.git("add", "leak.env")
    made.git("commit", "-q", "-m", "x")
    return ["--history-only", "--max-file-size", "1GB"]


def _gzip(folder: Path) -> list[str]:
    with gzip.open(folder / "zeros.gz", "wb") as file:
        for _ in range(4096):
            file.write(bytes(1 << 20))
    return ["--no-history"]


_BOMBS: dict[str, Callable[[Path], list[str]]] = {
    "refs": _refs,
    "files": _files,
    "credentials": _credentials,
    "line": _line,
    "deep": _deep,
    "tree": _tree,
    "delta": _delta,
    "fits": _fits,
    "zeros": _zeros,
    "gzip": _gzip,
}


def measure(name: str) -> str:
    """Make one input, scan it in a process of its own, and say what that cost."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "bomb"
        folder.mkdir()
        (folder / "leak.env").write_text(expand(_LEAK, "bombs"))
        options = _BOMBS[name](folder)
        started = time.monotonic()
        command = [sys.executable, "-m", "keyguard", "scan", "--no-cache", *options, str(folder)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        peak, used = _watched(process)
        out = process.communicate()[0]
        wall = time.monotonic() - started
        subprocess.run([_RM, "-rf", str(folder)], check=True)  # deeper than Python's own removal goes
    told = [line[:100] for line in out.splitlines() if line.startswith(_TOLD)]
    cost = (
        f"{wall:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of processor, {max(peak, used.ru_maxrss) / 1000:.0f} MB"
    )
    return f"{name:6} exit {process.returncode}  {cost}  {' | '.join(told)}"


def _watched(process: subprocess.Popen[str]) -> tuple[int, resource.struct_rusage]:
    """Wait for the end of a scan that prints little; return the most kilobytes of all its session, and what it used."""
    peak = 0
    while True:
        peak = max(peak, sum(map(_kilobytes, _session(process.pid))))
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            process.returncode = os.waitstatus_to_exitcode(status)
            return peak, used
        time.sleep(0.1)


def _session(leader: int) -> Iterator[Path]:
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int((place / "stat").read_text().rpartition(")")[2].split()[3]) == leader:
                yield place


def _kilobytes(place: Path) -> int:
    """Return the memory of a process, with its part of what it shares with others."""
    with suppress(OSError):
        found = re.search(r"^Pss: +(\d+)", (place / "smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) if found else 0
    return 0


def measure_all(names: list[str]) -> None:
    """Measure the bombs that are named, or all."""
    if len(names) == 1:
        print(measure(names[0]))
        return
    for name in names or _BOMBS:
        subprocess.run([sys.executable, "-m", "benchmarks.bombs", name], check=True)


if __name__ == "__main__":
    measure_all(sys.argv[1:])
