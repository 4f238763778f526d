"""What inputs made to exhaust a scanner cost: 100,000 refs, a million files, a line of 1 GB, folders 3,000 deep.

    python -m benchmarks.bombs               # all of them; some minutes
    python -m benchmarks.bombs refs deep     # some

Each lies beside a file with a credential, but for the line. Printed are the exit code, the time, the processor's time
and the memory of the largest process, git among them, and what the scan said that it left.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard.packs import expand

if TYPE_CHECKING:
    from collections.abc import Callable

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


_BOMBS: dict[str, Callable[[Path], list[str]]] = {"refs": _refs, "files": _files, "line": _line, "deep": _deep}


def measure(name: str) -> str:
    """Make one input, scan it in a process of its own, and say what that cost."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "bomb"
        folder.mkdir()
        (folder / "leak.env").write_text(expand(_LEAK, "bombs"))
        options = _BOMBS[name](folder)
        # The largest process is known of those that have ended, so each bomb has a parent of its own.
        started = time.monotonic()
        command = [sys.executable, "-m", "keyguard", "scan", "--no-cache", *options, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wall, used = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([_RM, "-rf", str(folder)], check=True)  # deeper than Python's own removal goes
    told = [line[:100] for line in (done.stdout + done.stderr).splitlines() if line.startswith(_TOLD)]
    cost = f"{wall:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of processor, {used.ru_maxrss / 1000:.0f} MB"
    return f"{name:6} exit {done.returncode}  {cost}  {' | '.join(told)}"


def measure_all(names: list[str]) -> None:
    """Measure the bombs that are named, or all."""
    if len(names) == 1:
        print(measure(names[0]))
        return
    for name in names or _BOMBS:
        subprocess.run([sys.executable, "-m", "benchmarks.bombs", name], check=True)


if __name__ == "__main__":
    measure_all(sys.argv[1:])
