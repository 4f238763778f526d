"""Which repositories a fleet has: files of addresses, folders of mirrors, and what a host lists."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from keyguard.errors import RequestError, SourceError
from keyguard.frozen import dataclass
from keyguard.git import remote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_DEPTH = 6  # folders below a folder of mirrors
_STORE = ("HEAD", "objects", "refs")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One repository: where it is, and what it is known by, whatever its name becomes."""

    id: str
    name: str
    address: str
    fork_of: str = ""  # an id
    forked_name: str = ""  # of what it is a fork of
    is_fork: bool = False
    is_archived: bool = False
    updated: str = ""  # ISO 8601; '' where nobody says

    @property
    def family(self) -> str:
        """The name that it has in common with its forks, as nearly as its host tells: what they hold is much the same.

        A wrong guess costs time, and nothing else.
        """
        return (self.forked_name or self.name).rpartition("/")[2].lower()

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine, scanned where it lies."""
        return not remote.protocol(self.address)


class Host(Protocol):
    """Whoever lists the repositories of an owner."""

    def listing(self, owner: str) -> Iterator[Wanted]:
        """Yield them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of the repositories are wanted."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    skip_forks: bool = False
    skip_archived: bool = False
    updated_since: str = ""  # ISO 8601

    def takes(self, one: Wanted) -> bool:
        """Say whether a repository is among them; patterns are those of a shell, over its name."""
        if self.include and not any(fnmatch(one.name, pattern) for pattern in self.include):
            return False
        if any(fnmatch(one.name, pattern) for pattern in self.exclude):
            return False
        if (self.skip_forks and one.is_fork) or (self.skip_archived and one.is_archived):
            return False
        return not (self.updated_since and one.updated and one.updated < self.updated_since)


def wanted(sources: Iterable[str], host: Host | None, choice: Choice) -> Iterator[Wanted]:
    """Yield the repositories of all sources that are chosen, each once; raises SourceError for what is no source."""
    seen: set[str] = set()
    for source in sources:
        for one in _of(source, host):
            if one.id not in seen and choice.takes(one):
                seen.add(one.id)
                yield one


def _of(source: str, host: Host | None) -> Iterator[Wanted]:
    path = Path(source)
    if path.is_dir():
        yield from _below(path)
    elif path.is_file():
        yield from _listed(path)
    elif source.partition(":")[0] in KINDS and "://" not in source:
        if host is None:
            raise RequestError(f"nothing says how {source!r} is listed", "--api names the host's API")
        yield from host.listing(source.partition(":")[2])
    elif remote.protocol(source):
        yield _at(source)
    else:
        raise SourceError(
            f"{source!r} is no folder, no file and no address",
            "Name a file of clone addresses, a folder of mirrors, or github:ORG, gitlab:GROUP, gitea:ORG.",
        )


KINDS = ("github", "gitlab", "gitea")


def _listed(path: Path) -> Iterator[Wanted]:
    """Yield what a file lists: an address or a path a line, `#` before a remark; a path is relative to the file."""
    for line in path.read_text("utf-8", "surrogateescape").splitlines():
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if remote.protocol(text):
            yield _at(text)
        else:
            yield _in(path.parent / text, text)


def _at(address: str) -> Wanted:
    shown = remote.shown(address)
    return Wanted(shown, shown.partition("://")[2].partition("/")[2].removesuffix(".git") or shown, address)


def _in(folder: Path, name: str) -> Wanted:
    place = os.path.realpath(folder)
    return Wanted(place, name.removesuffix(".git"), place)


def _below(top: Path) -> Iterator[Wanted]:
    """Yield the repositories below a folder, or the folder itself; none within another."""
    waiting = [(top, 0)]
    while waiting:
        folder, depth = waiting.pop()
        if (folder / ".git").exists() or all((folder / name).exists() for name in _STORE):
            yield _in(folder, folder.name if folder == top else folder.relative_to(top).as_posix())
        elif depth < MAX_DEPTH:
            below = [entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink()]
            waiting.extend((entry, depth + 1) for entry in sorted(below, reverse=True))
