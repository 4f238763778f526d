"""Mirrors of repositories that are elsewhere, in a folder of this machine: brought up to date, kept within a bound.

Several processes may share the folder. Whoever reads a mirror holds its lock with others, whoever changes it alone, and
what nobody holds may be deleted: that first which was not used for longest.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import IO, TYPE_CHECKING

from keyguard import seal
from keyguard.errors import KeyguardError, SourceError
from keyguard.git import remote

try:
    import fcntl
except ImportError:  # Windows: there one process at a time is to use a folder
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keyguard.git.remote import Access

_LOCK, _STORE = ".lock", ".git"
_OFTEN = 16  # times while a bound is filled that all mirrors are looked at


class Mirrors:
    """A folder of mirrors; one for a process, so that not all have to be looked at each time."""

    def __init__(self, folder: str, most: int) -> None:
        """Use a folder ('' for one in the user's cache) for so many bytes."""
        self._top = Path(folder) if folder else seal.user_folder("cache") / "fleet"
        self._most = most
        self._grown = most  # since they were looked at

    @contextlib.contextmanager
    def current(self, name: str, address: str, tips: Mapping[str, str], access: Access) -> Iterator[str]:
        """Yield the folder of a repository's mirror at some tips, which stays as it is until the end of the block.

        One that cannot be brought up to date is made anew the next time.
        """
        folder = self._top / f"{name}{_STORE}"
        with self._locked(name) as lock:
            if not _is_at(folder, tips):
                _lock(lock, alone=True)
                if not _is_at(folder, tips):  # nobody else has brought it there meanwhile
                    self._fetch(folder, address, tips, access)
                _lock(lock, alone=False)
            yield str(folder)
        if self._grown >= self._most // _OFTEN:
            self._grown = 0
            self._make_room()

    def _fetch(self, folder: Path, address: str, tips: Mapping[str, str], access: Access) -> None:
        before = _size(folder)
        try:
            remote.mirror(address, folder, access, tips.get("HEAD", ""))
        except KeyguardError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._grown += max(0, _size(folder) - before)

    @contextlib.contextmanager
    def _locked(self, name: str) -> Iterator[IO[bytes]]:
        try:
            self._top.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (self._top / f"{name}{_LOCK}").open("ab")
        except OSError as error:
            raise SourceError(f"mirrors cannot be kept in {self._top}: {error.strerror}", "see --mirrors") from None
        with lock:
            _lock(lock, alone=False)
            os.utime(lock.name)  # it was used
            yield lock

    def _make_room(self) -> None:
        """Delete the mirrors that were not used for longest, until the rest is small enough."""
        used = sorted((path.stat().st_mtime, path) for path in self._top.glob(f"*{_LOCK}"))
        folders = [(path.with_suffix(_STORE), path) for _, path in used]
        sizes = {folder: _size(folder) for folder, _ in folders}
        total = sum(sizes.values())
        for folder, path in folders:
            if total <= self._most:
                return
            with contextlib.suppress(OSError), path.open("ab") as lock:  # somebody has it
                _lock(lock, alone=True, wait=False)
                shutil.rmtree(folder, ignore_errors=True)
                total -= sizes[folder]


def _is_at(folder: Path, tips: Mapping[str, str]) -> bool:
    """Say whether a mirror has these refs and no others."""
    if not (folder / "HEAD").is_file():
        return False
    try:
        here = remote.tips_here(str(folder))
    except KeyguardError:
        return False
    return {**here, "HEAD": ""} == {**tips, "HEAD": ""}


def _lock(file: IO[bytes], *, alone: bool, wait: bool = True) -> None:
    if fcntl is not None:
        fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | (0 if wait else fcntl.LOCK_NB))


def _size(folder: Path) -> int:
    """Return how many bytes the packs of a mirror have, which is nearly all of it."""
    with contextlib.suppress(OSError), os.scandir(folder / "objects" / "pack") as packs:
        return sum(pack.stat(follow_symlinks=False).st_size for pack in packs)
    return 0
