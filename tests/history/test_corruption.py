"""A repository of which some bytes changed is read right, or it is said that it was not: never clean without a word."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.history.conftest import GIT, Repository, key, leak, scan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MODES = {
    "everything": ([], ["old", "tagged", "new", "staged"]),
    "staged": (["--staged"], ["staged"]),
    "range": (["--range", "HEAD~3..HEAD"], ["old"]),
}
_RUNS = int(os.environ.get("KEYGUARD_TEST_RUNS", "12"))  # of each kind of storage


class Damage(NamedTuple):
    """What was done to a file of `.git`."""

    path: str
    what: str


def damage(store: Path, dice: random.Random) -> Damage:
    """Change one file of a repository: some bytes of it, its length, or whether it is there."""
    place = dice.choice([path for path in sorted(store.rglob("*")) if path.is_file() and "hooks" not in path.parts])
    data = bytearray(place.read_bytes())
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
    return Damage(str(place.relative_to(store)), f"{what} at {at}")


@pytest.fixture(scope="module", params=["loose", "packed", "refs packed too"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with credentials in its past, on a tag, at HEAD and in the index."""
    made = Repository(tmp_path_factory.mktemp("whole") / "repository")
    made.commit({"README": "hello\n" * 50, "new.env": leak("new")})
    made.git("checkout", "-q", "-b", "side")
    made.commit({"tagged.env": leak("tagged")})
    made.git("tag", "-a", "-m", "x", "v1")
    made.git("checkout", "-q", "main")
    made.git("branch", "-q", "-D", "side")
    made.passing("old.env", leak("old"))
    made.commit({"README": "hello\n" * 60})
    if request.param != "loose":
        made.git("gc", "-q", "--prune=now")
    if request.param == "refs packed too":
        made.git("pack-refs", "--all")
    made.write("staged.env", leak("staged"))
    made.git("add", "staged.env")
    return made.top


def _is_gone(folder: Path, name: str, mode: str) -> bool:
    """Tell whether git, too, knows nothing any more that leads to a file, and finds nothing wrong with that."""
    if mode == "staged":
        return not (folder / ".git/index").exists()
    words = [GIT, "rev-list", "--objects", "--all", "--reflog", *([] if mode == "range" else ["--indexed-objects"])]
    done = subprocess.run(words, cwd=folder, check=False, capture_output=True)
    return done.returncode == 0 and not done.stderr and f"{name}.env".encode() not in done.stdout


def _silent(folder: Path, did: Damage) -> Iterator[str]:
    for mode, (options, names) in _MODES.items():
        ran = scan(folder, *options)
        found = ran.keys if ran.out else []
        missed = [name for name in names if key(name) not in found and not _is_gone(folder, name, mode)]
        if missed and ran.code not in {2, 3} and not ran.skipped:
            yield f"{did.path}, {did.what}: {mode} missed {missed} with exit {ran.code}"


@pytest.mark.slow
@pytest.mark.timeout(36_000)
def test_damage_is_never_taken_for_clean(whole: Path, tmp_path: Path) -> None:
    silent: list[str] = []
    for seed in range(_RUNS):
        folder = tmp_path / "repository"
        shutil.copytree(whole, folder, symlinks=True)
        silent += _silent(folder, damage(folder / ".git", random.Random(seed)))  # noqa: S311
        shutil.rmtree(folder)
    assert silent == []
