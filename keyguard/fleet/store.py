"""Where a fleet's results are kept: a folder, or any place that fsspec reaches. A result is there whole, or not."""

from __future__ import annotations

import contextlib
import os
import time
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from keyguard import atomic
from keyguard.errors import RequestError, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator


def stamp() -> str:
    """Return a name for what is written now: behind that of all that was written before, and nobody else's."""
    seconds, rest = divmod(time.time_ns(), 10**9)
    return f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(seconds))}.{rest // 10**6:03d}Z-{os.urandom(2).hex()}"


class Store:
    """Named results; names are paths with `/`, made by us."""

    def __init__(self, place: str) -> None:
        """Open a place; raises RequestError for a URL that nothing installed can reach."""
        self.place = place
        self._files: Any = None
        self._root = place
        if "://" in place:
            try:
                fsspec: Any = import_module("fsspec.core")
                self._files, self._root = fsspec.url_to_fs(place)
            except (ImportError, ValueError) as error:
                raise RequestError(
                    f"results cannot be kept at {place.partition('://')[0]}://", f"{error}; a folder always can"
                ) from None

    def write(self, name: str, data: bytes) -> None:
        """Keep a result; another one of that name is replaced at once."""
        try:
            if self._files is not None:
                there = f"{self._root}/{name}"
                self._files.makedirs(there.rpartition("/")[0], exist_ok=True)
                self._files.pipe_file(there, data)
                return
            top = Path(self._root)
            top.mkdir(parents=True, exist_ok=True)
            path = top / PurePosixPath(name)
            with atomic.writing(path, within=top) as stream:
                stream.write(data)
        except OSError as error:
            raise SourceError(f"a result cannot be written to {self.place}: {error.strerror or error}") from None

    def read(self, name: str) -> bytes | None:
        """Return a result, or None where there is none."""
        try:
            if self._files is not None:
                return bytes(self._files.cat_file(f"{self._root}/{name}"))
            return (Path(self._root) / PurePosixPath(name)).read_bytes()
        except (FileNotFoundError, NotADirectoryError, KeyError):
            return None

    def remove(self, name: str) -> None:
        """Take a result away, if it is there."""
        with contextlib.suppress(OSError, KeyError):
            if self._files is not None:
                self._files.rm_file(f"{self._root}/{name}")
            else:
                (Path(self._root) / PurePosixPath(name)).unlink()

    def names(self, folder: str) -> Iterator[str]:
        """Yield the names in a folder of results, in their order."""
        if self._files is not None:
            there = f"{self._root}/{folder}"
            found = self._files.ls(there, detail=False) if self._files.exists(there) else []
            yield from sorted(f"{folder}/{str(one).rpartition('/')[2]}" for one in found)
            return
        path = Path(self._root) / folder
        if path.is_dir():
            yield from sorted(f"{folder}/{one.name}" for one in path.iterdir() if not one.name.startswith("."))
