"""Workers that are started anew: they find what forked ones find, and import nothing of what is scanned."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.engine import pool, workers
from keyguard.packs import expand

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILES = 1000  # more than one process reads alone
_LEAK = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"
_TRAPS = ("keyguard", "regex", "hyperscan", "sitecustomize", "usercustomize", "pickle", "multiprocessing", "threading")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a folder of many files with three credentials, and modules that tell when they are imported."""
    for number in range(FILES):
        text = expand(_LEAK, str(number)) if number in {7, 700, 999} else f"okx = {number}\n"
        (tmp_path / f"{number:04}.env").write_text(text)
    for name in _TRAPS:
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'a').write('{name} ')\n")
    return tmp_path


def _scan(tree: Path, method: str) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-I", "-m", "keyguard", "scan", "-f", "json", "--jobs", "2"],
        cwd=tree,
        env=os.environ | {"KEYGUARD_START_METHOD": method, "PYTHONPATH": str(tree), "PYTHONHOME": str(tree)},
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr.decode()) == (1, "")
    report: dict[str, Any] = json.loads(ran.stdout)
    for name in ("seconds", "started_at"):
        report["scanned"].pop(name)
    for name in ("started_at", "ended_at"):
        report["run"].pop(name)
    return report


@pytest.mark.skipif(not hasattr(os, "fork"), reason="compares with a fork")
def test_a_process_that_is_started_anew_finds_the_same_as_a_fork(tree: Path) -> None:
    forked, started = (_scan(tree, method) for method in ("fork", "spawn"))
    assert len(forked["findings"]) == 3
    assert started == forked
    assert not (tree / "imported").exists()


def _pids(items: Sequence[object]) -> list[tuple[int, list[str]]]:
    """Work through a batch in a process: which one it is, and where it looks for modules."""
    return [(os.getpid(), sys.path) for _ in items]


def _nothing() -> None:
    """Leave, with nothing to let go of."""


def test_the_work_is_done_by_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KEYGUARD_START_METHOD", "spawn")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    answers = [answer for _, answer in pool.work(_pids, [[number] for number in range(20)], 2, _nothing)]
    told = [one for answer in answers if answer for one in answer]
    assert len(told) == 20
    assert os.getpid() not in {pid for pid, _ in told}
    assert all(os.path.isabs(place) for _, path in told for place in path)  # noqa: PTH117 - as text


def test_without_a_worker_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYGUARD_START_METHOD", "spawn")
    monkeypatch.setattr(sys, "path", [place for place in sys.path if "site-packages" not in place])
    monkeypatch.setattr(workers, "_LAUNCH", "raise SystemExit(1)")
    answers = [answer for _, answer in pool.work(_pids, [[1], [2]], 2, _nothing)]
    assert [one[0][0] for one in answers if one] == [os.getpid()] * 2


def test_the_start_method_is_one_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEYGUARD_START_METHOD", raising=False)
    assert workers.start_method() == ("spawn" if sys.platform in {"darwin", "win32"} else "fork")
    monkeypatch.setattr(sys, "frozen", True, raising=False)  # a program that holds its own Python
    monkeypatch.setenv("KEYGUARD_START_METHOD", "spawn")
    assert workers.start_method() == ("fork" if hasattr(os, "fork") else "")
