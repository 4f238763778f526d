"""No setting that git knows, whatever value a repository gives it, runs anything or hides what was committed."""

from __future__ import annotations

import os
import random
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.history.conftest import GIT, Repository, key, leak, scan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the program that a setting names is a shell script")

_MODES = {
    "everything": ([], ["old", "new", "staged"]),
    "staged": (["--staged"], ["staged"]),
    "range": (["--range", "HEAD~2..HEAD"], ["old"]),
    "since": (["--since", "HEAD~1"], []),
    "unreachable": (["--unreachable", "--no-cache"], ["old", "new", "staged"]),
    "below": ([], ["old", "new", "staged"]),  # met in the folder around it
}
_NUMBERS_AND_WORDS = ("true", "false", "0", "-1", "999999999999", "all", "", os.devnull)


def settings() -> list[str]:
    """List what git knows, with `trap` where a part of the name is free."""
    listed = subprocess.run([GIT, "help", "-c"], capture_output=True, text=True, check=True).stdout.split("\n")
    names = (re.sub(r"<[^>]*>|\*", "trap", name) for name in listed if re.fullmatch(r"\w+\.[\w.<>*-]+", name))
    return sorted({name for name in names if name.count(".") and not name.endswith(".")})


class Place:
    """A repository whose configuration is written anew for each trap, and the mark that its program leaves."""

    def __init__(self, folder: Path) -> None:
        self.repository = Repository(folder / "repository")
        self.mark = folder / "mark"
        self.program = folder / "program"
        self.program.write_text(f"#!/bin/sh\ntouch '{self.mark}'\nexit 1\n")
        self.program.chmod(0o755)
        self.repository.commit({"new.env": leak("new"), ".gitattributes": "* filter=trap diff=trap merge=trap\n"})
        self.repository.passing("old.env", leak("old"))
        self.repository.write("staged.env", leak("staged"))
        self.repository.git("add", "staged.env")
        self._configuration = self.repository.top / ".git/config"
        self._plain = self._configuration.read_text()

    def values(self, number: int) -> tuple[str, str]:
        """Return the program, as a path or as a command, and another value, for the trap of a number."""
        return f"{'!' * (number % 2)}{self.program}", _NUMBERS_AND_WORDS[number % len(_NUMBERS_AND_WORDS)]

    def set_trap(self, name: str, value: str) -> None:
        """Make a setting the only one beside those of `git init`."""
        section, _, rest = name.partition(".")
        between, _, last = rest.rpartition(".")
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        header = f'[{section} "{between}"]' if between else f"[{section}]"
        self._configuration.write_text(f'{self._plain}{header}\n\t{last} = "{quoted}"\n')


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def _told(place: Place, mode: str) -> Iterator[str]:
    """Scan in one mode, and say what is wrong about that."""
    options, found = _MODES[mode]
    ran = scan(place.repository.top.parent if mode == "below" else place.repository, *options)
    if place.mark.exists():
        place.mark.unlink()
        yield "its program ran"
    missed = {key(name) for name in found} - set(ran.keys if ran.out else ())
    if missed and ran.code not in {2, 3} and not ran.skipped:
        yield f"exit {ran.code}, and {len(missed)} of {len(found)} were missed without a word"


def _wrong(place: Place, names: list[str]) -> list[str]:
    wrong = []
    for number, name in enumerate(names):
        for value in place.values(number):
            place.set_trap(name, value)
            wrong += [f"{name} = {value} ({mode}): {what}" for mode in _MODES for what in _told(place, mode)]
    return wrong


def test_with_plain_git_a_trap_is_live(place: Place) -> None:
    place.set_trap("core.fsmonitor", str(place.program))
    place.repository.git("status")
    assert place.mark.exists()


@pytest.mark.slow
@pytest.mark.timeout(36_000)
def test_settings_of_git_run_nothing_and_hide_nothing(place: Place) -> None:
    names = settings()
    assert len(names) > 400
    chosen = names if os.environ.get("KEYGUARD_TEST_ALL") else random.Random(1).sample(names, 16)  # noqa: S311
    assert _wrong(place, chosen) == []
