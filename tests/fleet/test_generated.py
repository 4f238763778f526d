"""A whole organisation at three hosts: every kind of repository, every kind of trouble, and each ends in the records.

KEYGUARD_TEST_REPOSITORIES=200 pytest -m '' tests/fleet/test_generated.py
"""

from __future__ import annotations

import json
import os
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from tests.command import run
from tests.fakes.forge import served
from tests.fleet.generated import KINDS, daemon, kind_of, listed, make

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.forge import Forge

COUNT = int(os.environ.get("KEYGUARD_TEST_REPOSITORIES", "10"))
STATES = {"damaged": "failed", "gone": "failed"}  # all else is read whole


def scan(tmp_path: Path, forge: Forge, authority: str, *, token: str = "") -> int:
    """Scan what one host lists, in this process."""
    words = ("--api", forge.api, "--ca-file", authority, "--token-env", "A_TOKEN", "--mirrors", "mirrors")
    done = run(
        "fleet", "scan", f"{forge.kind}:acme", "--out", "out", "--shard", "1/1", "--quiet", *words,
        cwd=tmp_path, env={"A_TOKEN": token or forge.token}, hurried=True,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr
    return done.returncode


def told(tmp_path: Path, *words: str) -> dict[str, Any]:
    run("fleet", "report", "out", "--json", "fleet.json", *words, cwd=tmp_path)
    report: dict[str, Any] = json.loads((tmp_path / "fleet.json").read_bytes())
    return report


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_an_organisation_at_three_hosts_with_every_kind_of_trouble(tmp_path: Path) -> None:
    make(tmp_path / "served", COUNT)
    with daemon(tmp_path / "served") as address, ExitStack() as hosts:
        forges = listed(COUNT, address)
        for forge in forges:
            (tmp_path / forge.kind).mkdir()
        served_by = [hosts.enter_context(served(forge, tmp_path / forge.kind)) for forge in forges]
        assert scan(tmp_path, forges[0], served_by[0], token="expired") == 2  # noqa: S106
        assert not (tmp_path / "out").exists()
        for forge, authority in zip(forges, served_by, strict=True):
            assert scan(tmp_path, forge, authority) in {1, 3}
        before = told(tmp_path, "--write-baseline", "known.csv")
        for forge, later in zip(forges, listed(COUNT, address, renamed=True), strict=True):
            forge.listed = later.listed
        for forge, authority in zip(forges, served_by, strict=True):
            scan(tmp_path, forge, authority)
    numbers = range(COUNT)
    states = {one["name"][-3:]: one["state"] for one in before["repositories"]}
    assert states == {f"{number:03}": STATES.get(kind_of(number), "complete") for number in numbers}
    assert all(one["reason"] for one in before["repositories"] if one["state"] != "complete")
    kinds = Counter(map(kind_of, numbers))
    held = Counter(len(one["repositories"]) for one in before["credentials"])
    expected = Counter([1] * (kinds["huge"] + kinds["hostile"] + kinds["renamed"]))
    expected[2] += kinds["fork"]  # each with what it is a fork of
    expected[1] += kinds["leak"] - kinds["fork"]
    expected[kinds["shared"]] += 1
    assert +held == +expected
    after = told(tmp_path, "--baseline", "known.csv")
    assert after["credentials"] == [], "a new name keeps what was accepted"
    assert sum("new" in one["name"] for one in after["repositories"]) == kinds["renamed"]
    assert not (tmp_path / "ran").exists()
    assert set(KINDS) == set(kinds)
