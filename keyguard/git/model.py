"""The words of the git room: a repository, and what its walks name."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from keyguard.frozen import dataclass
from keyguard.git.process import Bounds, bounds_of


@dataclass(frozen=True)
class Repository:
    """One repository; `folder` is where git is asked: the top of the work tree, or the bare repository itself."""

    folder: str
    store: str  # the folder that holds objects and refs, which linked work trees share
    bare: bool = False
    shallow: bool = False
    algorithm: str = "sha1"
    index: str = ""  # the file in which git keeps what is staged; each work tree has its own

    @cached_property
    def bounds(self) -> Bounds:
        """What a walk over it may take."""
        return bounds_of(self.store)

    @property
    def digits(self) -> int:
        """How many hexadecimal digits an id has."""
        return 64 if self.algorithm == "sha256" else 40


class Content(NamedTuple):
    """An object that a walk met: with a path when it is a blob of some tree, else a blob, tag or commit of a ref."""

    id: str
    path: str


class Change(NamedTuple):
    """What a commit did to one path; an id is '' where there was or is no file."""

    path: str
    old: str
    new: str
    module: str = ""  # the commit of a submodule that stands there now


class Commit(NamedTuple):
    """A commit of a walk, its parents, and what it changed."""

    id: str
    parents: tuple[str, ...]
    changes: tuple[Change, ...]


class Ref(NamedTuple):
    """A ref, what it points at, and the object that this leads to in the end, through annotated tags."""

    name: str
    id: str
    kind: str
    target: str
    inner: tuple[str, ...] = ()  # further tags on the way, and the blob at its end
