"""A repository whose settings of git are traps, and what a scan of it does wrong.

tests/history/test_configuration.py tries a few settings, benchmarks/traps.py as many as one likes.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
from typing import TYPE_CHECKING

from tests.history.conftest import GIT, Repository, key, leak, scan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODES = {
    "everything": ([], ["old", "new", "staged"]),
    "staged": (["--staged"], ["staged"]),
    "range": (["--range", "HEAD~2..HEAD"], ["old"]),
    "since": (["--since", "HEAD~1"], []),
    "unreachable": (["--unreachable", "--no-cache"], ["old", "new", "staged"]),
    "below": ([], ["old", "new", "staged"]),  # met in the folder around it
}
_NUMBERS_AND_WORDS = ("true", "false", "0", "-1", "999999999999", "all", "", os.devnull)
_SCHEMES = ("http", "git", "ssh")


def settings() -> list[str]:
    """List what git knows, with `trap` where a part of the name is free."""
    listed = subprocess.run([GIT, "help", "-c"], capture_output=True, text=True, check=True).stdout.split("\n")
    names = (re.sub(r"<[^>]*>|\*", "trap", name) for name in listed if re.fullmatch(r"\w+\.[\w.<>*-]+", name))
    return sorted({name for name in names if name.count(".") and not name.endswith(".")})


class Place:
    """A repository whose configuration is written anew for each trap, and what shows that one was sprung."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
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
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0)
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()

    def values(self, number: int) -> tuple[str, str, str]:
        """Return a program, as a path or as a command, an address, and another value, for the trap of a number."""
        address = f"{_SCHEMES[number % len(_SCHEMES)]}://{self.address}/trap"
        return f"{'!' * (number % 2)}{self.program}", address, _NUMBERS_AND_WORDS[number % len(_NUMBERS_AND_WORDS)]

    def set_trap(self, name: str, value: str) -> None:
        """Make a setting the only one beside those of `git init`."""
        section, _, rest = name.partition(".")
        between, _, last = rest.rpartition(".")
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        header = f'[{section} "{between}"]' if between else f"[{section}]"
        self._configuration.write_text(f'{self._plain}{header}\n\t{last} = "{quoted}"\n')

    def is_called(self) -> bool:
        """Say whether somebody connected to the address since the last time."""
        called = False
        while True:
            try:
                self._listener.accept()[0].close()
            except BlockingIOError:
                return called
            called = True

    def files(self) -> dict[str, int]:
        """Return when each file and folder changed: the repository, and what lies around it."""
        return {str(path): path.lstat().st_mtime_ns for path in self.folder.rglob("*")}


def _told(place: Place, mode: str) -> Iterator[str]:
    """Scan in one mode, and say what is wrong about that."""
    options, found = MODES[mode]
    before = place.files()
    ran = scan(place.repository.top.parent if mode == "below" else place.repository, *options)
    if place.mark.exists():
        place.mark.unlink()
        yield "its program ran"
    elif place.files() != before:
        yield "a file changed"
    if place.is_called():
        yield "its address was called"
    missed = {key(name) for name in found} - set(ran.keys if ran.out else ())
    if missed and ran.code not in {2, 3} and not ran.skipped:
        yield f"exit {ran.code}, and {len(missed)} of {len(found)} were missed without a word"


def wrong(place: Place, name: str, number: int) -> list[str]:
    """Set a trap with each of its values, scan in all modes, and say what was wrong."""
    found = []
    for value in place.values(number):
        place.set_trap(name, value)
        found += [f"{name} = {value} ({mode}): {what}" for mode in MODES for what in _told(place, mode)]
    return found
