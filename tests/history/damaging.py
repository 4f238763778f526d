"""Damage to a repository by chance, and whether a scan of it keeps silent about what it did not read.

tests/history/test_corruption.py tries a few, benchmarks/damage.py as many as one likes.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, NamedTuple

from tests.history.conftest import GIT, Repository, key, leak, scan

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

MODES = {
    "everything": ([], ["old", "tagged", "new", "staged"]),
    "staged": (["--staged"], ["staged"]),
    "range": (["--range", "HEAD~3..HEAD"], ["old"]),
}
ENDS = ("found", "told", "gone")
STORES = ("loose", "packed", "refs packed too", "sha256")


def whole(top: Path, store: str) -> Repository:
    """Make a repository with credentials in its past, on a tag, at HEAD and in the index."""
    made = Repository(top, *(["--object-format=sha256"] if store == "sha256" else []))
    made.commit({"README": "hello\n" * 50, "new.env": leak("new")})
    made.git("checkout", "-q", "-b", "side")
    made.commit({"tagged.env": leak("tagged")})
    made.git("tag", "-a", "-m", "x", "v1")
    made.git("checkout", "-q", "main")
    made.git("branch", "-q", "-D", "side")
    made.passing("old.env", leak("old"))
    made.commit({"README": "hello\n" * 60})
    if store in {"packed", "refs packed too"}:
        made.git("gc", "-q", "--prune=now")
    if store == "refs packed too":
        made.git("pack-refs", "--all")
    made.write("staged.env", leak("staged"))
    made.git("add", "staged.env")
    return made


class Damage(NamedTuple):
    """What was done to a file of `.git`, and what it takes to undo that."""

    path: Path
    what: str
    before: bytes

    def undo(self) -> None:
        """Write the file as it was."""
        self.path.write_bytes(self.before)

    def __str__(self) -> str:
        return f"{self.path.as_posix().rpartition('/.git/')[2]}, {self.what}"


def damage(store: Path, dice: random.Random) -> Damage:
    """Change one file of a repository: some bytes of it, its length, or whether it is there."""
    place = dice.choice([path for path in sorted(store.rglob("*")) if path.is_file() and "hooks" not in path.parts])
    before = place.read_bytes()
    data = bytearray(before)
    place.chmod(0o644)
    what = dice.choice(("flip", "zero", "cut", "empty", "gone", "grow")) if data else "grow"
    at = dice.randrange(len(data)) if data else 0
    if what == "flip":
        data[at] ^= 1 << dice.randrange(8)
    elif what == "zero":
        data[at : at + 16] = bytes(len(data[at : at + 16]))
    elif what in {"cut", "empty"}:
        del data[at if what == "cut" else 0 :]
    elif what == "grow":
        data += dice.randbytes(20)
    place.unlink() if what == "gone" else place.write_bytes(data)
    return Damage(place, f"{what} at {at}", before)


def _is_gone(folder: Path, name: str, mode: str) -> bool:
    """Tell whether git, too, knows nothing any more that leads to a file, and finds nothing wrong with that."""
    if mode == "staged":
        return not (folder / ".git/index").exists()
    words = [GIT, "rev-list", "--objects", "--all", "--reflog", *([] if mode == "range" else ["--indexed-objects"])]
    done = subprocess.run(words, cwd=folder, check=False, capture_output=True)
    return done.returncode == 0 and not done.stderr and f"{name}.env".encode() not in done.stdout


class Judged(NamedTuple):
    """What a scan of a damaged repository came to."""

    how: str
    """One of the ends: all was found, it was told that not all was read, or what is missing is gone for git too."""
    silent: str
    """What was missed without a word; empty when nothing was."""


def judge(folder: Path, mode: str, *more: str) -> Judged:
    """Scan a damaged repository in one mode."""
    options, names = MODES[mode]
    ran = scan(folder, *options, *more)
    found = ran.keys if ran.out else []
    missed = [name for name in names if key(name) not in found]
    if not missed:
        return Judged("found", "")
    if ran.code in {2, 3} or ran.skipped:
        return Judged("told", "")
    lost = [name for name in missed if not _is_gone(folder, name, mode)]
    return Judged("gone", f"{mode} missed {lost} with exit {ran.code}" if lost else "")


def silent(folder: Path, did: Damage) -> Iterator[str]:
    """Scan a damaged repository in every mode, and say what was missed without a word."""
    for mode in MODES:
        if missed := judge(folder, mode).silent:
            yield f"{did}: {missed}"
