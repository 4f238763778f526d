"""A large repository is read in parts by several tasks: what it has in the end is what one scan of it finds."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from keyguard.fleet import unit
from keyguard.fleet.record import Record
from keyguard.fleet.unit import Split, Task
from keyguard.fleet.wanted import Wanted
from keyguard.packs import expand
from tests.fleet.conftest import LEAK, git


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Make a repository with a history of credentials that come, move and go."""
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", "--quiet")
    for number in range(12):
        for name in range(6):
            (work / f"module{name}.py").write_text(f"x = {number * name}\n")
        (work / "package-lock.json").write_text(f'{{"lockfileVersion": {number}}}\n')
        if number % 3 == 0:
            (work / f"bot{number}.env").write_text(expand(LEAK, str(number)))
        if number == 7:
            git(work, "mv", "bot3.env", "okx.txt")
        if number == 9:
            (work / "bot6.env").unlink()
        git(work, "add", "--all", "--force")
        git(work, "commit", "--quiet", f"--message=step {number}: " + expand("api key <api_key>", str(number)))
    place = tmp_path / "large.git"
    git(tmp_path, "clone", "--quiet", "--mirror", str(work), str(place))
    git(place, "repack", "-a", "-d", "--quiet")
    return place


def task(tmp_path: Path, place: Path, out: str, *, local: bool = True, split: int = 12) -> Task:
    address = str(place) if local else f"file://{place}"
    wanted = Wanted("large", "large", address)
    return Task(wanted, str(tmp_path / out), "rules", mirrors=str(tmp_path / f"mirrors-{out}"), split=split)


def told(one: Task) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the report and the record of what was done."""
    (path,) = (Path(one.out) / one.folder).glob("*.report.json")
    record = path.with_name(path.name.replace(".report.", ".record."))
    assert len(list(path.parent.iterdir())) == 2, "the parts are gone"
    return json.loads(path.read_bytes()), json.loads(record.read_bytes())


def in_parts(one: Task) -> Split:
    split = unit.begin(one)
    assert isinstance(split, Split)
    return split


@pytest.mark.parametrize("local", [True, False])
def test_parts_that_are_joined_find_what_one_scan_finds(tmp_path: Path, large: Path, *, local: bool) -> None:
    whole = task(tmp_path, large, "whole", local=local)
    unit.work(whole)
    one = task(tmp_path, large, "parts", local=local)
    split = in_parts(one)
    assert split.count > 4
    for number in range(split.count):
        unit.read_part(one, split, number)
    unit.begin(one, split)
    (alone, record), (joined, kept) = told(whole), told(one)
    assert json.dumps(joined["findings"]) == json.dumps(alone["findings"])
    assert len(alone["findings"]) > 3
    assert kept["contents"] == record["contents"]
    assert joined["scanned"]["blobs"] < alone["scanned"]["blobs"], "what was clean in a part is not read again"


def test_a_part_that_is_lacking_or_of_another_history_is_read_at_the_end(tmp_path: Path, large: Path) -> None:
    """A worker that was killed leaves none, and a fetch between two of them may change what they count."""
    one = task(tmp_path, large, "parts")
    split = in_parts(one)
    for number in range(0, split.count, 2):
        unit.read_part(one, split, number)
    work = tmp_path / "work"
    for number in range(4):
        (work / f"new{number}.env").write_text(expand(LEAK, f"new {number}"))
    git(work, "add", "--all", "--force")
    git(work, "commit", "--quiet", "--message=new")
    git(large, "fetch", "--quiet", str(work), "+refs/*:refs/*")
    whole = task(tmp_path, large, "whole")
    unit.work(whole)
    unit.begin(one, split)
    found = [json.loads(path.read_bytes())["findings"] for path in (tmp_path / "parts").rglob("*.report.json")]
    assert found == [told(whole)[0]["findings"]]


def test_what_one_task_can_read_is_not_split(tmp_path: Path, large: Path) -> None:
    done = unit.begin(task(tmp_path, large, "out", split=10_000))
    assert isinstance(done, Record)
    assert os.listdir(tmp_path / "out") == ["repositories"]  # noqa: PTH208
