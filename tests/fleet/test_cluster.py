"""The same work by the workers of a real Dask cluster: the same results, whoever is killed."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.fleet.conftest import git

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fleet.conftest import Made

pytest.importorskip("distributed")

KILLS = int(os.environ.get("KEYGUARD_TEST_KILLS", "2"))


def _scan(tmp_path: Path, out: str, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "keyguard", "fleet", "scan", "fleet", "--out", out, "--quiet", *words]
    return subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def _ended(running: subprocess.Popen[bytes]) -> int:
    running.communicate(timeout=120)
    return running.returncode


def _findings(tmp_path: Path, out: str) -> list[tuple[str, list[object]]]:
    """Return what each repository's reports hold of findings."""
    found = []
    for path in sorted((tmp_path / out / "repositories").glob("*/*.report.json")):
        findings = json.loads(path.read_bytes())["findings"]
        found.append((path.parent.name, findings))
    return found


def _children(of: int) -> list[int]:
    listed = subprocess.run(["ps", "-e", "-o", "pid=,pgid="], capture_output=True, text=True, check=True).stdout  # noqa: S607
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    return [pid for pid, group in pairs if group == of and pid != of]


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_processes_of_a_cluster_may_be_killed_and_nothing_is_lost(tmp_path: Path, bare: Made) -> None:
    """One process at a time, or the client with the scheduler and all workers: `KEYGUARD_TEST_KILLS=100` tries more."""
    for number in range(8):
        bare(f"bot{number}", f"leak {number % 3}" if number % 2 else "", **{f"m{n}.py": f"x = {n}\n" for n in range(9)})
        git(tmp_path / "fleet" / f"bot{number}.git", "repack", "-a", "-d", "--quiet")
    assert _ended(_scan(tmp_path, "calm", "--shard", "1/1")) == 1
    chance = random.Random(7)  # noqa: S311
    for number in range(KILLS):
        out, words = f"rough{number}", ("--workers", "2", "--split", "5")
        running = _scan(tmp_path, out, *words)
        time.sleep(chance.uniform(1.0, 6.0))
        if chance.random() < 0.5:
            os.killpg(running.pid, signal.SIGKILL)  # the client, the scheduler and all workers
        elif victims := _children(running.pid):
            os.kill(chance.choice(victims), signal.SIGKILL)
        _ended(running)
        assert _ended(_scan(tmp_path, out, *words)) == 1
        assert _findings(tmp_path, out) == _findings(tmp_path, "calm")
    assert len(_findings(tmp_path, "calm")) == 8


@pytest.mark.slow
def test_a_scheduler_elsewhere_is_used_over_tls(tmp_path: Path, bare: Made) -> None:
    for number in range(4):
        bare(f"bot{number}", "leak" if number else "")
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    ca, cert, key = (str(tmp_path / name) for name in ("ca.pem", "cert.pem", "key.pem"))
    authority.cert_pem.write_to_path(ca)
    certificate.private_key_and_cert_chain_pem.write_to_path(cert)
    certificate.private_key_pem.write_to_path(key)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tls = ["--tls-ca-file", ca, "--tls-cert", cert, "--tls-key", key]
    place = f"tls://127.0.0.1:{port}"
    starts = (
        [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", place, "--no-dashboard", *tls],
        [sys.executable, "-m", "distributed.cli.dask_worker", place, "--nthreads", "1", "--no-dashboard", *tls],
    )
    started = [
        subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for words in starts
    ]
    try:
        done = _scan(tmp_path, "out", "--scheduler", place, "--tls", ca, cert, key)
        out, err = done.communicate(timeout=120)
    finally:
        for process in started:
            process.kill()
            process.wait()
    assert done.returncode == 1, err
    assert out.startswith(b"3 findings in 4 repositories")
