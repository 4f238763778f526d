"""`keyguard demo`: a project that leaks, and what is found in it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Keyguard


def test_it_is_written_scanned_and_ends_well(keyguard: Keyguard, tmp_path: Path) -> None:
    ran = keyguard("demo")
    assert (ran.code, ran.err) == (0, "")
    assert "keyguard-demo/.env:3:16" in ran.out
    assert "keyguard explain okx-credential" in ran.out
    assert (tmp_path / "keyguard-demo" / ".okx" / "config.toml").is_file()
    assert not [path for path in tmp_path.rglob("*") if path.suffix == ".tmpl"]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and "<api_key" in path.read_text()]


def test_what_it_says_to_try_next_can_be_typed(keyguard: Keyguard, tmp_path: Path) -> None:
    """Where the environment that keyguard lies in is not on the path, too."""
    programs = str(Path(sys.executable).parent)
    elsewhere = os.pathsep.join(one for one in os.environ["PATH"].split(os.pathsep) if one != programs)
    for path, folder in ((elsewhere, "one"), (f"{programs}{os.pathsep}{elsewhere}", "its bot")):
        ran = keyguard("demo", folder, env={"PATH": path})
        enter, *steps = [re.split("  +", line.strip())[0] for line in ran.out.partition("Try next:\n")[2].splitlines()]
        assert shlex.split(enter) == ["cd", folder]
        for step in steps:
            typed = ["sh", "-c", f"{enter} && {step}"]
            done = subprocess.run(
                typed, cwd=tmp_path, env=os.environ | {"PATH": path}, capture_output=True, check=False
            )
            assert done.returncode == ("scan" in step), step
        assert len(steps) == 3


def test_its_credentials_are_found_and_nothing_else(keyguard: Keyguard, tmp_path: Path) -> None:
    keyguard("demo", "bot")
    findings = keyguard("scan", "-f", "json", "bot").report["findings"]
    places = {tuple(sorted({part["path"] for part in finding["parts"]})): finding for finding in findings}
    assert {finding["rule"] for finding in findings} == {"okx-credential"}
    assert len(findings) == 6
    assert set(places) == {
        (".env",),
        (".okx/config.toml",),
        ("grid/client.py", "grid/settings.yaml"),
        ("tests/test_sign.py",),
        ("user_data/config.json",),
    }
    assert {f["realm"] for f in findings if f["parts"][0]["path"] == ".okx/config.toml"} == {"live", "demo"}
    assert [place for place, finding in places.items() if finding["suppressed"]] == [("tests/test_sign.py",)]
    assert all(not f["missing"] for place, f in places.items() if place != ("tests/test_sign.py",))


def test_no_two_demos_are_alike(keyguard: Keyguard, tmp_path: Path) -> None:
    keyguard("demo", "one")
    keyguard("demo", "two")
    assert (tmp_path / "one" / ".env").read_text() != (tmp_path / "two" / ".env").read_text()


def test_a_folder_that_holds_something_is_left_alone(keyguard: Keyguard, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    ran = keyguard("demo", ".")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: the folder . is not empty.\nhint: Name a new one: keyguard demo DIR\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_its_place_is_an_error(keyguard: Keyguard, tmp_path: Path) -> None:
    (tmp_path / "bot").touch()
    ran = keyguard("demo", "bot")
    assert ran.code == 2
    assert ran.err == "error: the demo cannot be written to bot: File exists.\n"
