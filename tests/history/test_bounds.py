"""Repositories of a few kilobytes that ask too much of git: each ends soon, in little memory, and says what it left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keyguard.git.repository import open_repository
from tests.history.bombs import bomb, delta
from tests.history.conftest import Repository, Scanned, keys, leak, run, scan

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the bounds are prlimit's")

_MORE = ((20, 10), (40, 2), (9, 300))  # levels, and entries of each

LEFT = "not all of it was read: git needed more memory than it may take"


def received(repository: Repository, commit: str) -> Scanned:
    """Scan a push of one commit, as a pre-receive hook does."""
    update = f"{'0' * 40} {commit} refs/heads/main\n".encode()
    return run("scan", "--received", "-f", "json", "--show-secrets", cwd=repository.top, stdin=update)


@pytest.fixture
def bare(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "bare.git", "--bare")


@pytest.fixture
def soon() -> Iterator[None]:
    """Fail what takes longer than a few seconds of an idle machine."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < 60


@pytest.mark.usefixtures("soon")
class TestTrees:
    @pytest.mark.parametrize(
        ("levels", "width"), [(8, 10), (3, 200), *(pytest.param(*one, marks=pytest.mark.slow) for one in _MORE)]
    )
    def test_a_history_of_too_many_paths_is_read_and_says_what_it_left(
        self, bare: Repository, levels: int, width: int
    ) -> None:
        bare.git("update-ref", "refs/heads/main", bomb(bare, levels, leak("bomb"), width))
        ran = scan(bare)
        assert (ran.code, ran.keys) == (1, keys("bomb"))
        assert ran.skipped == {"<history>": LEFT}
        assert scan(bare, "--strict", "--fail-on", "critical").code == 1

    @pytest.mark.parametrize("levels", [8, pytest.param(12, marks=pytest.mark.slow)])
    def test_a_push_of_too_many_paths_is_refused(self, bare: Repository, levels: int) -> None:
        made = bomb(bare, levels, "nothing\n")
        ran = received(bare, made)
        assert (ran.code, ran.skipped) == (2, {"<history>": LEFT})
        assert "nothing of the change could be read" in ran.err

    def test_what_is_beside_a_bomb_is_found_and_traced(self, bare: Repository) -> None:
        bare.git("update-ref", "refs/heads/bomb", bomb(bare, 9, "nothing\n"))
        bare.git("update-ref", "refs/heads/main", bomb(bare, 1, leak("beside")))
        assert scan(bare).keys == keys("beside")

    def test_a_range_beside_a_bomb_is_whole(self, bare: Repository) -> None:
        bare.git("update-ref", "refs/heads/bomb", bomb(bare, 9, "nothing\n"))
        made = bomb(bare, 1, leak("beside"))
        ran = received(bare, made)
        assert (ran.code, ran.keys, ran.skipped) == (1, keys("beside"), {})


@pytest.mark.usefixtures("soon")
class TestContents:
    """Objects that are small in the store and large out of it."""

    def _beside(self, repository: Repository, blob: str) -> None:
        """Commit a content beside a credential that is read after it."""
        repository.git("update-index", "--add", "--cacheinfo", f"100644,{blob},huge.txt")
        repository.write("z.env", leak("beside"))
        repository.git("add", "z.env")
        repository.git("commit", "-q", "-m", "x")

    def test_a_delta_over_the_size_limit_is_not_unpacked(self, repository: Repository) -> None:
        self._beside(repository, delta(repository, 300 << 20))
        ran = scan(repository, "--history-only")
        assert (ran.code, ran.keys) == (1, keys("beside"))
        assert ran.skipped == {"huge.txt": "300 MB is over the size limit of 256 MB (--max-file-size)"}

    def test_a_delta_that_takes_more_than_git_may_is_skipped_by_its_name(self, repository: Repository) -> None:
        self._beside(repository, delta(repository, 300 << 20))
        ran = scan(repository, "--history-only", "--max-file-size", "1GB")
        assert (ran.code, ran.keys) == (1, keys("beside"))
        assert ran.skipped == {"huge.txt": "git needs more memory than it may take to unpack it"}

    @pytest.mark.slow
    @pytest.mark.parametrize(("kind", "megabytes"), [("blob", 260), ("commit", 140), ("tag", 140), ("tree", 140)])
    def test_an_object_of_nothing_but_zeros(self, repository: Repository, kind: str, megabytes: int) -> None:
        zeros = bytes(megabytes << 20)
        made = repository.git("hash-object", "-t", kind, "-w", "--literally", "--stdin", stdin=zeros)
        repository.commit({"z.env": leak("beside")})
        (repository.top / ".git/refs/tags").mkdir(exist_ok=True)
        (repository.top / ".git/refs/tags/zeros").write_text(f"{made}\n")
        ran = scan(repository, "--history-only")
        assert (ran.code, ran.keys) == (1, keys("beside"))
        assert [what for what in ran.skipped if "zeros" in what]


def test_the_bound_grows_with_the_objects(repository: Repository) -> None:
    found = open_repository(str(repository.top))
    assert found
    small = found.bounds
    repository.commit({f"{number}.txt": f"{number}\n" for number in range(300)})
    repository.git("repack", "-q", "-a", "-d")
    again = open_repository(str(repository.top))
    assert again
    assert again.bounds.memory > small.memory
    assert again.bounds.output > small.output


def test_an_index_file_that_only_says_that_it_is_large_raises_no_bound(repository: Repository) -> None:
    repository.commit({"a.txt": "a\n"})
    packs = repository.top / ".git/objects/pack"
    packs.mkdir(exist_ok=True)
    with (packs / "pack-0.idx").open("wb") as file:
        file.truncate(1 << 40)
    found = open_repository(str(repository.top))
    assert found
    assert found.bounds.memory < 200 << 20


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL])
def test_a_git_that_has_not_written_yet_ends_with_its_parent(bare: Repository, number: signal.Signals) -> None:
    bare.git("update-ref", "refs/heads/main", bomb(bare, 20, leak("bomb"), 4))
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        [sys.executable, "-m", "keyguard", "scan", "-f", "json", "--no-cache", "."],
        cwd=bare.top,
        env=os.environ | {"KEYGUARD_TEST": mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    while not any(" log " in command for command in _running(mark)):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    out, _ = process.communicate(timeout=30)
    for _ in range(200):  # left alone it ends at its bound
        if not _running(mark):
            break
        time.sleep(0.1)
    assert _running(mark) == []
    if number != signal.SIGKILL:
        assert process.returncode == 128 + number
        assert json.loads(out)["complete"] is False


_STRUCK = """
import os, signal, subprocess, threading, time
from keyguard.git.process import CALL, end, start

lost = struck = 0
for number in range(300):
    timer = threading.Timer(number * 2e-5, os.kill, (os.getpid(), signal.SIGINT))
    process = None
    try:
        timer.start()
        process = start(["sleep", "60"], cwd="/", env=dict(os.environ), bounds=CALL)
        timer.join()
        time.sleep(1)
    except KeyboardInterrupt:
        struck += 1
    if process is not None:
        end(process)
    timer.join()
while True:  # what was begun and lost is still a child of this process
    try:
        child, _ = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        break
    if child == 0:
        lost += 1
        break
print(struck, lost)
"""


@pytest.mark.skipif(os.name == "nt", reason="its signals are no signals")
def test_a_signal_while_git_is_started_leaves_no_git_behind() -> None:
    ran = subprocess.run([sys.executable, "-c", _STRUCK], check=True, capture_output=True, text=True)
    assert ran.stdout.split() == ["300", "0"]


def _running(mark: str) -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"KEYGUARD_TEST={mark}".encode() in (place / "environ").read_bytes():
                found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found
