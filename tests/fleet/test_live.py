"""The live check of a fleet: each credential once, from the client, and no value on its way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.packs import expand
from tests.command import run
from tests.fakes.okx import Exchange, Server
from tests.fleet.conftest import LEAK, Made, git

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

SHARD = ("--shard", "1/1")


@pytest.fixture
def okx(tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "okx"
    folder.mkdir()
    with Server(Exchange(), folder).running() as server:
        yield server


def check(tmp_path: Path, okx: Server, *words: str, yes: bool = True) -> subprocess.CompletedProcess[bytes]:
    consent = ["--yes"] if yes else []
    return run(
        "fleet", "scan", "fleet", "--out", "out", *SHARD, "--verify", *consent, *okx.options, *words,
        cwd=tmp_path, hurried=True,
    )  # fmt: skip


def told(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """Return what a later report says of each credential, by the repositories that hold it."""
    run("fleet", "report", "out", "--json", "fleet.json", "--html", "fleet.html", "--csv", "fleet.csv", cwd=tmp_path)
    report = json.loads((tmp_path / "fleet.json").read_bytes())
    return {" ".join(one["repositories"]): one for one in report["credentials"]}


def test_each_credential_is_asked_about_once_and_later_reports_know_the_answer(
    tmp_path: Path, bare: Made, okx: Server
) -> None:
    for name in ("one", "two", "three"):
        bare(name, "shared")
    bare("four", "gone")
    okx.exchange.add("shared", perm="read_only,trade,withdraw")
    done = check(tmp_path, okx)
    assert done.returncode == 1, done.stderr
    assert b"2 credentials will be sent to www.okx.com" in done.stderr
    assert done.stdout.endswith(b"2 credentials: 1 live, 1 not-known\n")
    keys = [call.key for call in okx.exchange.calls if call.key]
    key, gone = expand("<api_key>", "shared")[:4], expand("<api_key>", "gone")[:4]
    assert (keys.count(key), set(keys)) == (1, {key, gone})
    credentials = told(tmp_path)
    live, unknown = credentials["one three two"], credentials["four"]
    assert (live["verdict"], "withdraw" in live["permissions"], live["severity"]) == ("live", True, "critical")
    assert unknown["verdict"] == "not-known"
    assert "live: " in (tmp_path / "fleet.html").read_text()
    values = [line.partition("=")[2].encode() for seed in ("shared", "gone") for line in _lines(seed)]
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and not {"work", "fleet"} & set(path.parts)]
    assert not [path for path in kept for value in values if value in path.read_bytes()]
    assert not any(value in done.stdout + done.stderr for value in values)


def _lines(seed: str) -> list[str]:
    return expand(LEAK, seed).splitlines()


def test_what_was_scanned_before_is_checked_without_being_scanned_again(
    tmp_path: Path, bare: Made, okx: Server
) -> None:
    bare("one", "own")
    assert run("fleet", "scan", "fleet", "--out", "out", *SHARD, cwd=tmp_path).returncode == 1
    okx.exchange.add("own")
    assert check(tmp_path, okx).stdout.endswith(b"1 credential: 1 live\n")


def test_files_of_a_work_tree_are_read_again_too(tmp_path: Path, bare: Made, okx: Server) -> None:
    bare("one")
    tree = tmp_path / "fleet" / "tree"
    git(tmp_path, "clone", "--quiet", "work/one", str(tree))
    (tree / "bot.env").write_text(expand(LEAK, "own"))
    okx.exchange.add("own")
    assert check(tmp_path, okx).stdout.endswith(b"1 credential: 1 live\n")


def test_a_credential_that_is_gone_from_its_place_is_told_and_not_checked(
    tmp_path: Path, bare: Made, okx: Server
) -> None:
    place = bare("one", "own")
    assert run("fleet", "scan", "fleet", "--out", "out", *SHARD, cwd=tmp_path).returncode == 1
    for content in (place / "objects").rglob("*"):
        if content.is_file():
            content.unlink()
    done = check(tmp_path, okx)
    assert b"one: 1 credential could not be read again, and not checked" in done.stderr
    assert done.stdout.endswith(b"No credential to check\n")
    assert not okx.exchange.calls


@pytest.mark.parametrize(
    ("words", "said"), [((), b"Add --yes."), (("--shard", "1/2", "--yes"), b"a shard knows its own part")]
)
def test_what_cannot_be_checked_is_refused_before_anything_is_scanned(
    tmp_path: Path, bare: Made, okx: Server, words: tuple[str, ...], said: bytes
) -> None:
    bare("one", "own")
    done = check(tmp_path, okx, *words, yes=False)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "out").exists()
    assert not okx.exchange.calls
