"""Repositories that a walk of files meets, and what is to be said of those whose history is not read.

The files of a nested work tree are read as files. Its history is not, nor is anything of a bare repository or of a
submodule that is not checked out; a scan that says nothing of them would look like one that found nothing in them.
"""

# Paths are strings here, as in the walk: each folder of it is looked at.
# ruff: noqa: PTH118

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from keyguard.errors import SourceError
from keyguard.git.folders import is_below
from keyguard.git.program import find_git
from keyguard.git.repository import damaged, is_closed, open_repository
from keyguard.model import Skipped
from keyguard.sources import caches, made

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from keyguard.git.model import Repository

_SCAN_IT = "scan it by its own name"
_UNREAD = f"it is a git repository of its own, and its history was not read; {_SCAN_IT}"
_NOT_CHECKED_OUT = "it is a submodule that is not checked out, and no file of it was read; git submodule update --init"
_LINKED = f"it is a symbolic link to a git repository elsewhere, which was not read; {_SCAN_IT}"
EXCLUDED = f"it is a git repository in a path that is excluded: neither its files nor its history was read; {_SCAN_IT}"
_HISTORY_ALONE = "it is a bare git repository, which holds a history and no files: --no-history leaves it out"
_DAMAGED_BARE = "it looks like a bare git repository, but git does not take it for one: no history was read"
_DAMAGED = "git knows no repository in its .git, which may be damaged: no history was read"
_CLOSED = "git may not read it (permission denied): no history was read"
_WITHOUT_GIT = "git was not found, and without it no history is read"


class Met(NamedTuple):
    """A repository that was met, or holds some of the targets, and is to be scanned by itself."""

    path: str  # relative to the scan's root, '/' at its end
    folder: str
    store: str
    is_linked: bool  # a work tree whose repository lies elsewhere
    targets: tuple[str, ...] = ()  # those in it that were named; none: all of it was met

    @classmethod
    def of(cls, found: Repository, path: str, targets: tuple[str, ...] = ()) -> Met:
        """Return what is noted of a repository that git has opened."""
        is_linked = not found.bare and os.path.isfile(os.path.join(found.folder, ".git"))  # noqa: PTH113
        return cls(path, found.folder, found.store, is_linked, targets)


class Repositories:
    """The repositories that were met, by their folders, each with its path below the scan's root.

    `read` are the stores of those whose history is read; None says that nobody wants any history. With `discovers`
    those that git can read are put aside, to be scanned by themselves, but for `everything` those in caches. The whole
    run scans what is `within`.
    """

    def __init__(
        self,
        read: Collection[str] | None,
        *,
        discovers: bool = False,
        everything: bool = False,
        within: Collection[str] = (),
    ) -> None:
        self._read = read
        self._within = within
        self._everything = everything
        self.cached = 0
        self._discovers = discovers and find_git() is not None
        self.aside: list[Met] = []
        self._modules: set[str] = set()
        self._met: dict[str, str] = {}
        self._new: list[str] = []
        self._absent: dict[str, None] = {}
        self._excluded: dict[str, str] = {}
        self._unwanted: list[str] = []
        self._targets: set[str] = set()
        self._reasons: dict[str, str] = {}

    def look(self, folder: str, path: str, *, is_target: bool = False, is_tracked: bool = False) -> bool:
        """Take note of a folder that is a repository, and say whether it is put aside or left out.

        One that is a target has to be one that git can read.
        """
        is_bare = not _has_git(folder) and _looks_bare(folder)
        if self.leaves_out(folder, path):
            return True
        if self._discovers and not (is_target or is_tracked) and self._is_cached(folder, path, is_bare=is_bare):
            self.cached += 1
            return True
        if not is_target and self._puts_aside(folder, path, is_bare=is_bare):
            return True
        if self._has_history(folder) or is_bare:
            self._met[folder] = path
            self._new.append(folder)
            if is_target:
                self._targets.add(folder)
        return False

    def _is_cached(self, folder: str, path: str, *, is_bare: bool) -> bool:
        return (is_bare or _has_git(folder)) and not self._everything and caches.holds(path)

    def _puts_aside(self, folder: str, path: str, *, is_bare: bool) -> bool:
        is_wanted = is_bare or _has_git(folder)
        found = opened(folder) if self._discovers and is_wanted and folder not in self._modules else None
        if found is None or found.store in (self._read or ()):
            return False
        self.aside.append(Met.of(found, path))
        return True

    def look_at_excluded(self, folder: str, path: str) -> bool:
        """Say whether an excluded folder is a repository or lies among caches, and take note of one that is not read.

        Its history may be read all the same, with that of another work tree. Where nobody wants any history, a work
        tree is a folder of files like others.
        """
        is_bare = not _has_git(folder) and _looks_bare(folder)
        if not (is_bare or _has_git(folder)):
            return False
        if self._is_cached(folder, path, is_bare=is_bare):
            self.cached += 1
        elif is_bare or self._read is not None:
            self._excluded[folder] = path
        return True

    def _is_read_elsewhere(self, folder: str) -> bool:
        found = opened(folder)  # of an excluded submodule the history is walked, and all paths of it are excluded
        return found is not None and found.store in (self._read or ()) and folder not in self._modules

    def leaves_out(self, folder: str, path: str) -> bool:
        """Say whether a folder is a bare repository where nobody wants any history: it holds nothing else."""
        is_left_out = self._read is None and not _has_git(folder) and _looks_bare(folder) and _is_known(folder)
        if is_left_out:
            self._unwanted.append(path)
        return is_left_out

    def look_for_module(self, folder: str, path: str, *, is_excluded: bool) -> None:
        """Take note of a submodule's folder, which belongs to the repository around it."""
        self._modules.add(folder)
        if not (is_excluded or _has_git(folder)):
            self._absent[path] = None

    def look_at_link(self, link: str, path: str) -> Skipped | None:
        """Name a link that leads to a repository which the run does not come to in another way."""
        if not (_has_git(link) or _looks_bare(link)) or made.PACKAGES.intersection(path.split("/")):
            return None
        place = os.path.realpath(link)
        return None if any(is_below(place, folder) for folder in self._within) else Skipped(path, _LINKED)

    def damaged(self) -> Iterator[tuple[str, str]]:
        """Name the stores that were met since, of which git reads nothing: what they hold is read as files."""
        new, self._new = self._new, []
        for folder in new:
            store = os.path.join(folder, ".git")
            is_folder = os.path.isdir(store) and not os.path.islink(store)  # noqa: PTH112, PTH114
            if is_folder and self._reason(folder) in {_DAMAGED, _CLOSED}:
                yield store, f"{self._met[folder]}.git/"

    def unread(self) -> Iterator[Skipped | SourceError]:
        """Name what was met and is not read; a target that is damaged is an error."""
        yield from (Skipped(path, _NOT_CHECKED_OUT, is_chosen=True) for path in self._absent)
        yield from self._passed_over()
        for folder, path in self._met.items():
            reason = self._reason(folder)
            if self._read is not None and folder in self._targets and reason in {_DAMAGED, _DAMAGED_BARE, _CLOSED}:
                store = os.path.join(folder, ".git") if _has_git(folder) else folder
                if failure := damaged(path or ".", store):
                    yield failure
            elif reason:
                wanted = self._read is not None
                yield Skipped(path or ".", reason, is_repository=wanted, is_chosen=not wanted)

    def _passed_over(self) -> Iterator[Skipped]:
        for folder, path in self._excluded.items():
            if not self._is_read_elsewhere(folder):
                yield Skipped(path, EXCLUDED, is_chosen=True)
        yield from (Skipped(path or ".", _HISTORY_ALONE, is_chosen=True) for path in self._unwanted)

    def _has_history(self, folder: str) -> bool:
        return self._read is not None and _has_git(folder)

    def _reason(self, folder: str) -> str:
        if folder not in self._reasons:
            self._reasons[folder] = self._reason_of(folder)
        return self._reasons[folder]

    def _reason_of(self, folder: str) -> str:
        bare = not _has_git(folder)
        if find_git() is None:
            return _WITHOUT_GIT
        try:
            found = open_repository(folder)
        except SourceError as error:
            return f"{error.reason}; no history was read ({error.hint})"
        if found is None or found.folder != folder:
            if is_closed(folder if bare else os.path.join(folder, ".git")):
                return _CLOSED
            return _DAMAGED_BARE if bare else _DAMAGED
        return "" if found.store in (self._read or ()) else _UNREAD


def stores_of_modules(store: str) -> Iterator[str]:
    """Name the repositories that git keeps below a store for submodules, and for theirs; some are no longer in use."""
    waiting = _places_of_modules(store)
    while waiting:
        folder = waiting.pop()
        if os.path.islink(folder):  # noqa: PTH114 - git makes none, and it may lead in a circle
            continue
        if _looks_bare(folder):
            yield folder
            waiting += _places_of_modules(folder)
            continue
        with suppress(OSError), os.scandir(folder) as entries:  # a submodule may be called 'lib/a'
            names = sorted((entry.name for entry in entries if entry.is_dir(follow_symlinks=False)), reverse=True)
            waiting += (os.path.join(folder, name) for name in names)


def _places_of_modules(store: str) -> list[str]:
    """Return where a repository keeps those of its submodules: one folder for each of its work trees, its own last."""
    trees = os.path.join(store, "worktrees")
    names: list[str] = []
    with suppress(OSError):
        names += [] if os.path.islink(trees) else sorted(os.listdir(trees), reverse=True)  # noqa: PTH114, PTH208
    linked = (os.path.join(trees, name) for name in names)
    own = [os.path.join(tree, "modules") for tree in linked if not os.path.islink(tree)]  # noqa: PTH114
    return [*own, os.path.join(store, "modules")]


def opened_module(folder: str) -> Repository | Skipped:
    """Return the repository in a folder below a store as a bare one, or say why git does not read it."""
    try:
        found = open_repository(folder)
    except SourceError as error:
        return Skipped(folder, f"{error.reason}; no history was read", is_repository=True)
    return found if found is not None and found.store == folder else Skipped(folder, _DAMAGED_BARE, is_repository=True)


def opened(folder: str, *, raises: bool = False) -> Repository | None:
    """Return the repository that a folder is, if git can read it."""
    try:
        found = open_repository(folder)
    except SourceError:
        if raises:
            raise
        return None
    return found if found is not None and found.folder == folder else None


def _has_git(folder: str) -> bool:
    return os.path.lexists(os.path.join(folder, ".git"))


def _is_known(folder: str) -> bool:
    """Say whether git takes a folder for a repository, also for one that it does not trust."""
    try:
        return opened(folder, raises=True) is not None
    except SourceError:
        return True


def _looks_bare(folder: str) -> bool:
    """Tell a bare repository, also one that has lost its HEAD, its refs or its objects, from any other folder."""

    def has(*names: str) -> bool:
        return any(os.path.lexists(os.path.join(folder, name)) for name in names)

    if not has("objects"):
        return has("HEAD") and has("refs") and has("config", "packed-refs")
    return has("objects/pack", "objects/info") and has("HEAD", "refs", "packed-refs")
