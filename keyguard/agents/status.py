"""Which files of agents register our command: of a project, of oneself in it, and of one's home."""

from __future__ import annotations

import os
import shlex
import shutil
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard.agents import AGENTS, USER, agent, registration
from keyguard.frozen import dataclass
from keyguard.text.jsonc import BrokenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from keyguard.agents import Agent

_LARGEST = 1 << 20  # bytes of a file of settings


class State(Enum):
    """What a file says of our command."""

    INSTALLED = "installed"
    CHANGED = "changed"  # by hand, or it was written by another version
    GONE = "runs a keyguard that does not exist"
    UNREADABLE = "could not be read"
    ABSENT = "not installed"


@dataclass(frozen=True, slots=True)
class Registered:
    """A file that may register our command, and what it says."""

    agent: str
    scope: str
    path: Path
    state: State

    @property
    def is_broken(self) -> bool:
        """Whether somebody relies on it, and it does not do what this version would."""
        return self.state in {State.CHANGED, State.GONE}


def place(one: Agent, scope: str, project: Path, home: Path, environment: Mapping[str, str]) -> tuple[Path, str]:
    """Return the folder that a file of an agent is looked for in, and the file's name from there."""
    name = one.FILES[scope]
    if scope != USER:
        return project, name
    if one.HOME and (moved := environment.get(one.HOME[0])):
        return Path(moved), name.removeprefix(f"{one.HOME[1]}/")
    return home, name


def look(
    project: Path, home: Path, environment: Mapping[str, str], names: Iterable[str] = tuple(AGENTS)
) -> Iterator[Registered]:
    """Yield what each file of these agents says, whether it is there or not."""
    for name in names:
        one = agent(name)
        for scope in one.FILES:
            folder, file = place(one, scope, project, home, environment)
            yield Registered(name, scope, folder / file, _state(one, folder / file))


def _state(one: Agent, path: Path) -> State:
    if not os.path.lexists(path):
        return State.ABSENT
    try:
        text = read(path)
        commands = registration.commands(text, one)
        as_now = registration.state(text, one)
    except (OSError, ValueError):  # of JSON, too
        return State.UNREADABLE
    if not commands:
        return State.ABSENT
    if not all(map(_runs, commands)):
        return State.GONE
    return State.INSTALLED if len(commands) == len(as_now) == len(one.entries("")) else State.CHANGED


def read(path: Path) -> str:
    """Return the text of a file of settings; ValueError for what is too large, or no text."""
    if not path.is_file():
        raise BrokenError
    with path.open("rb") as stream:
        data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise BrokenError
    return data.decode("utf-8")


def _runs(command: str) -> bool:
    """Say whether the program of a command is there; nothing is run."""
    try:
        program = shlex.split(command)[0] if os.name != "nt" else command.partition(" hook run ")[0].strip('"')
    except (ValueError, IndexError):
        return False
    return shutil.which(program) is not None
