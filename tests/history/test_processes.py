"""However many processes read a history, whatever becomes of them: the report is the same, or says what it lacks."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keyguard import cache
from keyguard.engine.order import scan as scan_sources
from keyguard.git.repository import open_repository
from keyguard.settings import Settings
from keyguard.sources.history import HistorySource
from keyguard.sources.paths import Paths
from tests.cases import opened, rule_set
from tests.history.conftest import Made, Repository, Scanned, fast_import, keys, leak, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from keyguard.model import Blob, Outcome

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and looks into /proc")

COMMITS = 4000
LEAKS = range(COMMITS // 2 - 1, COMMITS, 400)
NAMES = [f"commit {number}" for number in LEAKS]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return a repository of 4,000 commits, with a credential in every 400th of its newer half."""
    repository = Repository(tmp_path_factory.mktemp("large") / "repository")
    fast_import(repository, map(_made, range(COMMITS)))
    return repository


def _made(number: int) -> Made:
    text = leak(f"commit {number}") if number in LEAKS else f"value {number}\n" * 99
    files = {"src/main.py": text, f"part{number % 7}/notes.txt": f"okx {number}\n", "big.bin": f"\0{number // 50}"}
    return Made(files=files, message=f"Change {number}")


def told(ran: Scanned) -> dict[str, Any]:
    """Return the report but for the time."""
    report = ran.report
    for name in ("seconds", "started_at"):
        report["scanned"].pop(name, None)
    for name in ("command", "started_at", "ended_at"):  # the command names the number of processes
        report["run"].pop(name, None)
    return report


def test_the_report_is_the_same_for_any_number_of_processes(large: Repository) -> None:
    first, *others = (scan(large, "--history-only", "--no-cache", "--jobs", jobs) for jobs in ("1", "2", "4"))
    assert first.keys == keys(*NAMES)
    assert first.read == 2 * COMMITS
    assert all(told(other) == told(first) for other in others)


def test_the_report_is_the_same_with_processes_that_are_started_anew(
    large: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = scan(large, "--history-only", "--no-cache", "--jobs", "2")
    monkeypatch.setenv("KEYGUARD_START_METHOD", "spawn")
    assert told(scan(large, "--history-only", "--no-cache", "--jobs", "2")) == told(first)


class _Trouble(HistorySource):
    """A real history, and a deed when a certain content is read."""

    def __init__(self, top: Path, trigger: str, deed: Callable[[], object]) -> None:
        repository = open_repository(str(top))
        assert repository
        super().__init__(repository, paths=Paths(rule_set(), Settings(top)))
        self._trigger, self._deed = trigger, deed

    def read(self, blobs: Sequence[Blob]) -> Iterator[tuple[Blob, Iterable[bytes]]]:
        for blob, pieces in super().read(blobs):
            if blob.id == self._trigger:
                self._deed()
            yield blob, pieces


def _scan(top: Path, trigger: str = "", deed: Callable[[], object] = lambda: None, jobs: int = 3) -> Outcome:
    source = _Trouble(top, trigger, deed)
    return scan_sources([source], rule_set(), Settings(top), jobs=jobs, remember=cache.opened().remember)


@pytest.mark.parametrize(
    "revision", ["main~1500:src/main.py", f"main~{COMMITS - LEAKS[0] - 1}:src/main.py", "main~2500"]
)
def test_a_process_that_is_killed_loses_nothing(large: Repository, tmp_path: Path, revision: str) -> None:
    parent, once = os.getpid(), tmp_path / "died"

    def die() -> None:
        if os.getpid() != parent and not once.exists():
            once.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    whole, outcome = _scan(large.top, jobs=1), _scan(large.top, large.git("rev-parse", revision), die)
    assert once.exists()
    assert opened(outcome) == opened(whole)
    assert (outcome.skipped, outcome.scanned.blobs) == (whole.skipped, whole.scanned.blobs)


def test_a_content_that_kills_each_process_is_skipped_and_nothing_else(large: Repository) -> None:
    parent = os.getpid()

    def die() -> None:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    outcome = _scan(large.top, large.git("rev-parse", "main~1500:src/main.py"), die)
    assert [(skipped.what, "died twice" in skipped.reason) for skipped in outcome.skipped] == [("src/main.py", True)]
    assert len(outcome.findings) == len(NAMES)


def test_a_git_that_is_killed_costs_one_content_at_most(large: Repository) -> None:
    def kill() -> None:
        for child in _children(os.getpid()):
            if "cat-file" in _command(child):
                os.kill(child, signal.SIGKILL)

    outcome = _scan(large.top, large.git("rev-parse", "main~3900:src/main.py"), kill, jobs=1)
    assert len(outcome.findings) == len(NAMES)
    assert len(outcome.skipped) <= 1


class TestInterrupted:
    """The real command in a session of its own, and a signal to all of it, as a terminal sends it."""

    @pytest.fixture
    def running(self, large: Repository, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[_Running]:
        jobs, method = request.param if isinstance(request.param, tuple) else (request.param, "fork")
        running = _Running(large.top, tmp_path, jobs, method)
        yield running
        running.process.kill()
        running.process.communicate()

    @pytest.mark.parametrize("running", [1, 2, 4, (2, "spawn")], indirect=True)
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    @pytest.mark.parametrize("send", [os.kill, os.killpg])
    def test_a_signal_ends_it_with_what_was_found_and_leaves_nobody_behind(
        self, running: _Running, number: signal.Signals, send: Callable[[int, int], None]
    ) -> None:
        running.wait_for_progress()
        send(running.process.pid, number)
        out, err = running.process.communicate(timeout=30)
        report = json.loads(out)
        assert (running.process.returncode, report["complete"]) == (128 + number, False)
        assert "Traceback" not in err.decode()
        assert report["findings"]
        assert set(Scanned(130, out.decode(), "").keys) <= set(keys(*NAMES))
        assert report["skipped"] == []
        assert running.left_behind() == []

    @pytest.mark.parametrize("running", [2], indirect=True)
    @pytest.mark.parametrize("numbers", [(signal.SIGINT, signal.SIGTERM), (signal.SIGHUP, signal.SIGTERM)])
    def test_the_first_of_several_signals_counts(self, running: _Running, numbers: Sequence[signal.Signals]) -> None:
        running.wait_for_progress()
        for number in numbers:
            os.killpg(running.process.pid, number)
            time.sleep(0.02)
        out, _ = running.process.communicate(timeout=30)
        assert (running.process.returncode, json.loads(out)["complete"]) == (128 + numbers[0], False)
        assert running.left_behind() == []

    @pytest.mark.parametrize("running", [2, (2, "spawn")], indirect=True)
    def test_whoever_is_left_alone_ends(self, running: _Running) -> None:
        running.wait_for_progress()
        running.process.kill()
        running.process.communicate(timeout=30)
        assert running.left_behind() == []

    @pytest.mark.parametrize("running", [4, (4, "spawn")], indirect=True)
    def test_a_killed_worker_is_replaced(self, running: _Running) -> None:
        running.wait_for_progress()
        commands = {child: _command(child).split() for child in _children(running.process.pid)}  # none: it has ended
        workers = [child for child, words in commands.items() if words and Path(words[0]).name != "git"]
        assert workers
        os.kill(workers[0], signal.SIGKILL)
        out, _ = running.process.communicate(timeout=60)
        ran = Scanned(running.process.returncode, out.decode(), "")
        assert (ran.code, ran.keys, ran.skipped) == (1, keys(*NAMES), {})
        assert ran.read == 2 * COMMITS


_RUNS = int(os.environ.get("KEYGUARD_TEST_RUNS", "6"))


@pytest.mark.slow
@pytest.mark.timeout(36_000)
def test_whenever_a_signal_strikes_nothing_is_lost(large: Repository, tmp_path: Path) -> None:
    """The report is whole, or says that it is not; and what it lacks, the next run with that memory finds."""
    dice = random.Random(_RUNS)  # noqa: S311 - chance that is the same on every run
    for number in range(_RUNS):
        folder = tmp_path / str(number)
        folder.mkdir()
        running = _Running(large.top, folder, dice.choice([1, 2, 4]))
        with suppress(subprocess.TimeoutExpired):  # that is the moment at which it strikes
            running.process.wait(dice.uniform(0, 4))
        struck = dice.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
        with suppress(ProcessLookupError):
            dice.choice([os.kill, os.killpg])(running.process.pid, struck)
        out, err = running.process.communicate(timeout=120)
        code, when = running.process.returncode, f"run {number}, {struck.name}: {err.decode()}"
        assert running.left_behind() == [], when
        if out:
            ran = Scanned(code, out.decode(), "")
            is_whole = ran.report["complete"]
            assert (code, is_whole) in {(1, True), (128 + struck, False)}, when
            assert set(ran.keys) <= set(keys(*NAMES)), when
            assert ran.keys == keys(*NAMES) or not is_whole, when
        else:  # before the command took signals, or read anything
            assert code in {-struck, 128 + struck}, when
        again = _Running(large.top, folder, 2)
        ran = Scanned(1, again.process.communicate(timeout=120)[0].decode(), "")
        assert ran.keys == keys(*NAMES), when
        shutil.rmtree(folder)


class _Running:
    """A scan under way; its processes are known by a variable that they inherit."""

    def __init__(self, top: Path, folder: Path, jobs: int, method: str = "fork") -> None:
        self._mark = f"KEYGUARD_TEST={uuid.uuid4()}"
        self._cache = folder / "cache"
        self._cache.mkdir(mode=0o700, exist_ok=True)
        for entry in cache.folder().glob("*-*"):
            (self._cache / entry.name).write_bytes(entry.read_bytes())
        name, _, value = self._mark.partition("=")
        command = ["scan", "--history-only", "-f", "json", "--show-secrets", "--jobs", str(jobs)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "keyguard", *command],
            cwd=top,
            env=os.environ | {name: value, "KEYGUARD_CACHE_DIR": str(self._cache), "KEYGUARD_START_METHOD": method},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._jobs = jobs

    def wait_for_progress(self) -> None:
        """Wait until the first contents have been read, and all workers are there."""
        while not self._remembered() or len(self._others()) < (self._jobs > 1) * self._jobs:
            assert self.process.poll() is None, "it was over before it could be disturbed"
            time.sleep(0.002)

    def left_behind(self) -> list[str]:
        """Return the commands that still run; those that were told to end have a while to do so."""
        for _ in range(100):
            if not self._others():
                return []
            time.sleep(0.05)
        return [_command(process) for process in self._others()]

    def _remembered(self) -> int:
        for path in self._cache.glob("history/*.sqlite3"):
            with suppress(sqlite3.Error):
                database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
                try:
                    return int(database.execute("SELECT count(*) FROM clean").fetchone()[0])
                finally:
                    database.close()
        return 0

    def _others(self) -> list[int]:
        return [
            int(place.name)
            for place in Path("/proc").glob("[0-9]*")
            if int(place.name) != self.process.pid and self._mark in _read(place / "environ")
        ]


def _children(process: int) -> list[int]:
    return [int(word) for word in _read(Path(f"/proc/{process}/task/{process}/children")).split()]


def _command(process: int) -> str:
    return _read(Path(f"/proc/{process}/cmdline")).replace("\0", " ")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:  # it has ended, or is not ours
        return ""
