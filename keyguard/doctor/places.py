"""Where tools keep credentials: the table `places.yml`, and which files of a home and of projects fit it.

Links are followed as far as they stay in the folder that a path begins with; what leads out, and what belongs to
somebody else, is named and not read.
"""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import field, replace
from fnmatch import translate
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keyguard.errors import SourceError
from keyguard.frozen import dataclass
from keyguard.model import Severity, Skipped

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

SYSTEMS = ("linux", "macos", "windows")
PROJECT, HOME = ".", "~"
"""What stands for a folder of a project, and for the home folder, at the start of a path."""

_DEPTH = 8  # folders that `**` stands for
_MOST = 20_000  # files of one place

# Where programs keep things in a home that is not the one of whoever runs this; else platformdirs knows it.
_CONVENTIONS: Mapping[str, Mapping[str, str]] = {
    "linux": {"config": ".config", "local": ".local/share"},
    "macos": {"config": "Library/Application Support", "local": "Library/Application Support"},
    "windows": {"config": "AppData/Roaming", "local": "AppData/Local"},
}
_NAMED = {"downloads": "Downloads", "desktop": "Desktop", "documents": "Documents"}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a place is: how bad a credential there is, whether a program uses it, and how to move it out."""

    id: str
    title: str
    severity: Severity
    used: bool
    move: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    tool: str
    kind: Kind
    files: tuple[str, ...]  # on every system
    source: str
    of_system: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    move: str = ""  # in place of the kind's
    variable: str = ""
    instead_of: str = ""
    servers: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What a place of it is, in a few words."""
        return f"{self.tool}: {self.kind.title}" if self.kind.title else self.tool

    @property
    def advice(self) -> str:
        """How to move a credential out of it."""
        return self.move or self.kind.move

    def patterns(self, system: str) -> tuple[str, ...]:
        """Return the paths that are looked at on a system."""
        return (*self.files, *self.of_system.get(system, ()))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things lie for one user of one system."""

    system: str
    home: Path
    folders: Mapping[str, Path]  # by the word that stands for each
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def here(cls) -> Layout:
        """Return the layout of whoever runs this."""
        import platformdirs

        system = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
        folders = {
            "config": platformdirs.user_config_path(roaming=True),
            "local": platformdirs.user_data_path(),
            "downloads": platformdirs.user_downloads_path(),
            "desktop": platformdirs.user_desktop_path(),
            "documents": platformdirs.user_documents_path(),
        }
        return cls(system, Path.home(), folders, os.environ)

    @classmethod
    def of(cls, home: Path, system: str) -> Layout:
        """Return the layout of any home, such as one on a mounted disk, as the system has it by default."""
        folders = {word: home / path for word, path in {**_CONVENTIONS[system], **_NAMED}.items()}
        return cls(system, home, folders)

    def resolved(self, pattern: str, row: Row) -> tuple[Path, str]:
        """Return the folder that a path of the table begins with, and the rest of it."""
        moved = self.environment.get(row.variable, "") if row.variable else ""
        if moved and pattern.startswith(f"{row.instead_of}/"):
            return Path(moved), pattern.removeprefix(f"{row.instead_of}/")
        word, _, rest = pattern.partition("/")
        return (self.home if word == HOME else self.folders[word.strip("{}")]), rest


@dataclass(frozen=True, slots=True)
class File:
    """A file that is there: what it is, and its absolute path without links."""

    row: Row
    path: str


@dataclass(slots=True)
class Found:
    """What is there, and what is not read."""

    files: list[File] = field(default_factory=list)
    unread: list[Skipped] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def add(self, row: Row, path: Path, bounds: Sequence[str], owners: frozenset[int]) -> None:
        """Take a file, each once; one that leads out of its folder, or is somebody else's, is named only."""
        real = os.path.realpath(path)
        if real in self._seen:
            return
        self._seen.add(real)
        try:
            facts = Path(real).stat()
        except OSError:  # a link that leads nowhere, or a folder that nobody may look into
            return
        if not stat.S_ISREG(facts.st_mode):
            return
        if not any(real.startswith(f"{bound.rstrip(os.sep)}{os.sep}") for bound in bounds):
            self.unread.append(Skipped(str(path), "it is a link that leads out of its folder"))
        elif owners and facts.st_uid not in owners:
            self.unread.append(Skipped(str(path), "it belongs to another user"))
        else:
            self.files.append(File(row, real))


@cache
def table() -> tuple[Row, ...]:
    """Return the rows of the table."""
    import yaml

    text = Path(__file__).with_name("places.yml").read_text("utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    kinds = {
        name: Kind(name, kind["title"], Severity[kind["severity"].upper()], kind["used"], kind["move"])
        for name, kind in data["kinds"].items()
    }
    return tuple(_row(place, kinds) for place in data["places"])


def _row(place: Mapping[str, Any], kinds: Mapping[str, Kind]) -> Row:
    row = Row(
        tool=place["tool"],
        kind=kinds[place["kind"]],
        files=tuple(place.get("files", ())),
        source=place["source"],
        of_system={system: tuple(place[system]) for system in SYSTEMS if system in place},
        servers=tuple(place.get("servers", ())),
    )
    words = {name: place[name] for name in ("move", "variable", "instead_of") if name in place}
    return replace(row, **words)


def look(layout: Layout, projects: Iterable[Path]) -> Found:
    """Return the files of the table that are there, in a home and in projects."""
    found = Found()
    home = os.path.realpath(layout.home)
    if not Path(home).is_dir():
        raise SourceError(f"the home folder {home!r} does not exist", "name another with --home")
    owners = _owners(home)
    folders = [path.resolve() for path in projects]
    for row in table():
        for pattern in row.patterns(layout.system):
            if pattern.startswith(f"{PROJECT}/"):
                for folder in folders:
                    _look_for(found, row, (folder, pattern.removeprefix(f"{PROJECT}/")), [str(folder)], owners)
            else:
                start = layout.resolved(pattern, row)
                _look_for(found, row, start, [os.path.realpath(start[0]), home], owners)
    return found


def _look_for(found: Found, row: Row, start: tuple[Path, str], bounds: Sequence[str], owners: frozenset[int]) -> None:
    folder, rest = start
    for number, path in enumerate(fitting(folder, rest)):
        if number == _MOST:
            found.unread.append(Skipped(str(folder / rest), f"files beyond the first {_MOST:,} of it"))
            return
        found.add(row, path, bounds, owners)


def _owners(home: str) -> frozenset[int]:
    """Return whose files are read: those of the user, and of the home's owner; empty where no file says whose it is."""
    return frozenset() if os.name == "nt" else frozenset({os.geteuid(), Path(home).stat().st_uid})


def fitting(folder: Path, pattern: str) -> Iterator[Path]:
    """Yield the files below a folder that fit a pattern, in the order of their names."""
    yield from _fitting(folder, tuple(pattern.split("/")))


def _fitting(folder: Path, parts: tuple[str, ...], depth: int = _DEPTH) -> Iterator[Path]:
    first, rest = parts[0], parts[1:]
    if first == "**":
        yield from _fitting(folder, rest or ("*",), depth)
        for name in _folders(folder) if depth else ():
            yield from _fitting(folder / name, parts, depth - 1)
    elif rest:
        for name in _folders(folder, _compiled(first)) if _is_open(first) else (first,):
            yield from _fitting(folder / name, rest, depth)
    else:
        yield from (folder / name for name in _files(folder, first))


def _files(folder: Path, part: str) -> list[str]:
    if not _is_open(part):
        return [part] if (folder / part).is_file() else []
    fits = _compiled(part)
    return [entry.name for entry in _entries(folder) if fits(entry.name) and _may_be_file(entry)]


def _is_open(part: str) -> bool:
    return any(sign in part for sign in "*?[")


def _folders(folder: Path, fits: Callable[[str], object] = bool) -> list[str]:
    """Name the folders in a folder; no link to one, as it may lead in a ring."""
    return [entry.name for entry in _entries(folder) if entry.is_dir(follow_symlinks=False) and fits(entry.name)]


def _may_be_file(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() or entry.is_file(follow_symlinks=False)


@cache
def _compiled(pattern: str) -> Callable[[str], re.Match[str] | None]:
    import re

    return re.compile(translate(pattern)).match


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []
