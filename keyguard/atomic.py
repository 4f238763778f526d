"""Files written at once or not at all, and never through a link: a hostile tree may have laid one where we write.

    with writing(path) as stream: ...      what is there is replaced, a link by the file
    with writing(path, within=top): ...    no folder between `top` and the file may be a link

The new file has a random name that nobody can foresee (O_EXCL, O_NOFOLLOW), and takes its place by a rename. Both
happen in a folder that is open, so that to swap a folder for a link in between leads nowhere.
"""

# Folders are worked in by their descriptors, for which pathlib has no words.
# ruff: noqa: PTH101

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import TYPE_CHECKING, BinaryIO

from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CREATE = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)  # fmt: skip
_ENTER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_BY_DESCRIPTOR = {os.open, os.mkdir, os.unlink, os.rename, os.stat} <= os.supports_dir_fd


@contextlib.contextmanager
def writing(
    path: Path, *, mode: int = 0o666, within: Path | None = None, fresh: bool = False, like_before: bool = False
) -> Iterator[BinaryIO]:
    """Yield a stream whose bytes become the file when the block ends well; nothing is left behind when it does not.

    `mode` is cut by the umask; `like_before` keeps the mode of the file that is replaced. `fresh` raises
    FileExistsError for a file that is there. Folders between `within` and the file are made.
    """
    with _entered(path.parent, within) as folder:
        if fresh and folder.facts(path.name):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        new = f".{path.name[:100]}.{os.urandom(8).hex()}.new"
        try:
            with os.fdopen(folder.create(new, mode), "wb") as stream:
                before = folder.facts(path.name) if like_before else None
                if before and stat.S_ISREG(before.st_mode):
                    folder.chmod(new, stat.S_IMODE(before.st_mode), stream)
                yield stream
            if fresh:
                folder.link(new, path.name)
            else:
                folder.rename(new, path.name)
        finally:
            folder.remove(new)


def write(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write a whole file."""
    with writing(path, mode=mode) as stream:
        stream.write(data)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is open, or where the system cannot open one, its path."""

    path: Path
    handle: int | None

    def create(self, name: str, mode: int) -> int:
        return os.open(self._name(name), _CREATE, mode, dir_fd=self.handle)

    def facts(self, name: str) -> os.stat_result | None:
        with contextlib.suppress(FileNotFoundError):
            return os.stat(self._name(name), dir_fd=self.handle, follow_symlinks=False)
        return None

    def chmod(self, name: str, mode: int, stream: BinaryIO) -> None:
        if os.chmod in os.supports_fd:
            os.chmod(stream.fileno(), mode)
        else:
            os.chmod(self._name(name), mode)

    def rename(self, name: str, to: str) -> None:
        os.replace(self._name(name), self._name(to), src_dir_fd=self.handle, dst_dir_fd=self.handle)

    def link(self, name: str, to: str) -> None:
        """Rename, but never over a file that came in between; where there are no hard links, as well as can be."""
        try:
            os.link(self._name(name), self._name(to), src_dir_fd=self.handle, dst_dir_fd=self.handle)
        except FileExistsError:
            raise
        except (OSError, NotImplementedError):
            self.rename(name, to)

    def remove(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._name(name), dir_fd=self.handle)

    def below(self, name: str) -> _Folder:
        """Enter a folder in it, which is made when it is not there and must not be a link."""
        with contextlib.suppress(FileExistsError):
            os.mkdir(self._name(name), dir_fd=self.handle)
        facts = self.facts(name)
        if facts is None or stat.S_ISLNK(facts.st_mode):
            raise OSError(errno.ELOOP, "a symbolic link is on the way to it", str(self.path / name))
        if self.handle is None:
            return _Folder(self.path / name, None)
        flags = _ENTER | getattr(os, "O_NOFOLLOW", 0)
        return _Folder(self.path / name, os.open(name, flags, dir_fd=self.handle))

    def close(self) -> None:
        if self.handle is not None:
            os.close(self.handle)

    def _name(self, name: str) -> str:
        return name if self.handle is not None else str(self.path / name)


@contextlib.contextmanager
def _entered(folder: Path, within: Path | None) -> Iterator[_Folder]:
    start = folder if within is None else within
    parts = () if within is None else folder.relative_to(within).parts
    with contextlib.ExitStack() as opened:
        place = _Folder(start, os.open(start, _ENTER) if _BY_DESCRIPTOR else None)
        opened.callback(place.close)
        for part in parts:
            place = place.below(part)
            opened.callback(place.close)
        yield place
