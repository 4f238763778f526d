"""Whoever writes files must not fill the memory with what is found in them: what is beyond a bound is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keyguard import api
from keyguard.engine import examine, unit
from keyguard.packs import expand

if TYPE_CHECKING:
    from pathlib import Path

_ACCOUNT = """OKX_BOT{0}_API_KEY=<api_key:{0}>
OKX_BOT{0}_SECRET_KEY=<secret_key:{0}>
OKX_BOT{0}_PASSPHRASE=<passphrase:{0}>

"""


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (examine, unit):
        monkeypatch.setattr(module, "MOST", 9)


def _put(place: Path, *numbers: int) -> None:
    place.write_text(expand("".join(_ACCOUNT.format(number) for number in numbers), place.name))


def _scan(folder: Path, jobs: int) -> api.Outcome:
    return api.scan(api.Request(paths=(str(folder),), history=False, jobs=jobs))


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_a_run_has_no_room_for_is_named(tmp_path: Path, jobs: int) -> None:
    for number in range(5):
        _put(tmp_path / f"{number}.env", number)
    outcome = _scan(tmp_path, jobs)
    found = [match.blob.path.rpartition("/")[2] for finding in outcome.findings for match in finding.matches[:1]]
    named = [one.what.rpartition("/")[2] for one in outcome.skipped]
    assert [len(finding.matches) for finding in outcome.findings] == [3, 3, 3]
    assert sorted(found + named) == [f"{number}.env" for number in range(5)]
    assert {one.reason for one in outcome.skipped} == {
        "what was found in it is not kept: of one scan 9 values are, and others were found before"
    }


def test_of_very_many_files_some_are_named_and_the_others_counted(tmp_path: Path) -> None:
    for number in range(unit.NAMED + 5):
        _put(tmp_path / f"{number}.env", number)
    told = [one.what for one in _scan(tmp_path, 1).skipped]
    assert len(told) == unit.NAMED + 1
    assert "2 more files" in told


def test_what_one_file_has_no_room_for_is_said(tmp_path: Path) -> None:
    _put(tmp_path / "all.env", *range(5))
    _put(tmp_path / "other.env", 7)
    outcome = _scan(tmp_path, 1)
    assert [len(finding.matches) for finding in outcome.findings] == [3, 3, 3]
    assert [(one.what.rpartition("/")[2], one.reason[:25]) for one in outcome.skipped] == [
        ("all.env", "it holds more than the 9 "),
        ("other.env", "what was found in it is n"),
    ]
