"""The table of places: where it leads on each system, and what is never read through it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from keyguard import api
from keyguard.doctor.places import SYSTEMS, Layout, look, table
from tests.cli.conftest import put
from tests.doctor.homes import filled


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_place_of_the_table_is_found_and_read_on_each_system(system: str, tmp_path: Path) -> None:
    layout = Layout.of(tmp_path / "home", system)
    made = filled(layout, tmp_path / "project")
    found = look(layout, [tmp_path / "project"])
    assert {file.path for file in found.files} == set(made)
    assert found.unread == []
    outcome = api.scan_files([file.path for file in found.files], layout.home)
    whole = [one for one in outcome.findings if not one.missing and len({match.blob.id for match in one.matches}) == 1]
    assert {match.blob.id for one in whole for match in one.matches} == set(made)


def test_each_row_has_a_source_with_a_month_and_says_how_a_key_is_moved_out() -> None:
    for row in table():
        assert re.search(r"\b20\d\d\Z", row.source), row.tool
        assert row.advice.endswith(".")
        assert bool(row.servers) is (row.kind.id == "agent")


def test_the_layouts_of_systems_are_theirs(tmp_path: Path) -> None:
    folders = {system: Layout.of(tmp_path, system).folders["config"] for system in SYSTEMS}
    assert folders == {
        "linux": tmp_path / ".config",
        "macos": tmp_path / "Library/Application Support",
        "windows": tmp_path / "AppData/Roaming",
    }


def test_a_link_is_followed_within_the_home_and_not_out_of_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    inside, outside = put(home / "dotfiles" / "bashrc"), put(tmp_path / "theirs" / "zshrc")
    (home / ".bashrc").symlink_to(inside)
    (home / ".zshrc").symlink_to(outside)
    (home / ".claude").mkdir()
    (home / ".claude" / "projects").symlink_to(tmp_path / "theirs")
    put(tmp_path / "theirs" / "session.jsonl")
    found = look(Layout.of(home, "linux"), [])
    assert [file.path for file in found.files] == [str(inside)]
    told = {(Path(one.what).name, one.reason) for one in found.unread}
    assert told == {
        ("session.jsonl", "it is a link that leads out of its folder"),
        (".zshrc", "it is a link that leads out of its folder"),
    }


def test_a_ring_of_links_and_a_pipe_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".bash_history").symlink_to(tmp_path / ".bash_history")
    os.mkfifo(tmp_path / ".zsh_history")
    (tmp_path / ".codex" / "sessions").mkdir(parents=True)
    (tmp_path / ".codex" / "sessions" / "again").symlink_to(tmp_path / ".codex" / "sessions")
    found = look(Layout.of(tmp_path, "linux"), [])
    assert (found.files, found.unread) == ([], [])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
def test_the_files_of_another_user_are_named_and_not_read(tmp_path: Path) -> None:
    os.chown(put(tmp_path / ".bash_history"), 12345, 12345)
    found = look(Layout.of(tmp_path, "linux"), [])
    assert [(Path(one.what).name, one.reason) for one in found.unread] == [
        (".bash_history", "it belongs to another user")
    ]
    os.chown(tmp_path, 12345, 12345)  # a home that was named, with its owner's files
    assert len(look(Layout.of(tmp_path, "linux"), []).files) == 1


def test_more_files_than_are_read_of_one_place_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyguard.doctor.places._MOST", 2)
    for number in range(4):
        put(tmp_path / ".codex" / "sessions" / str(number) / "one.jsonl")
    found = look(Layout.of(tmp_path, "linux"), [])
    assert [Path(file.path).parent.name for file in found.files] == ["0", "1"]
    assert [one.reason for one in found.unread] == ["files beyond the first 2 of it"]


def test_a_variable_of_a_tool_moves_its_folder(tmp_path: Path) -> None:
    file = put(tmp_path / "elsewhere" / "config.toml")
    layout = Layout.of(tmp_path / "home", "linux")
    layout.home.mkdir()
    moved = Layout("linux", layout.home, layout.folders, {"CODEX_HOME": str(tmp_path / "elsewhere")})
    assert [(one.row.tool, one.path) for one in look(moved, []).files] == [("Codex", str(file))]
