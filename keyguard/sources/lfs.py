"""Files of git LFS in a repository's own store, in place of the pointers that its files and its history have."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard.text.decode.lfs import LONGEST, object_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["LONGEST", "followed", "stored"]

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def stored(path: str, data: bytes) -> str:
    """Return where the store has what the pointer in a file stands for; nothing if it has not, and for other files."""
    if not (name := object_of(data)):
        return ""
    folders = (folder / ".git" / "lfs" / "objects" / name[:2] / name[2:4] for folder in Path(path).parents)
    places = (folder / name for folder in folders)
    return next((str(place) for place in places if place.is_file() and not place.is_symlink()), "")


def followed(pieces: Iterable[bytes], store: str, *, size: int, most: int) -> Iterator[bytes]:
    """Yield a content of git's, or where it is a pointer what the store has for it, in pieces of a size.

    What is larger than `most` bytes is left to whoever tells of pointers.
    """
    whole = b"".join(pieces)
    name = object_of(whole)
    handle = -1
    if name:
        with suppress(OSError):
            handle = os.open(f"{store}/lfs/objects/{name[:2]}/{name[2:4]}/{name}", _FLAGS)
    if handle < 0:
        yield whole
        return
    with os.fdopen(handle, "rb") as file:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > most:
            yield whole
            return
        while piece := file.read(size):
            yield piece
