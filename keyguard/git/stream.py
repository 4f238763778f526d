"""A git process whose output is read while it runs: walks of a history, whose length nobody knows beforehand."""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from keyguard.errors import SourceError
from keyguard.git import calls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typing_extensions import Self

    from keyguard.git.repository import Repository

STALL = 300.0
"""Seconds without a byte after which git is stopped: a repository may hold a named pipe where a file should be."""

_BLOCK = 1 << 18


class Stream:
    """One git process, read block by block; gone for certain on the way out.

    `lines` are written to its standard input, by a thread when there are any, so that neither side waits for ever.
    """

    def __init__(self, repository: Repository, arguments: Sequence[str], lines: Iterable[str] | None = None) -> None:
        self._repository = repository
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        try:
            self._process = subprocess.Popen(
                calls.command(arguments, bare=repository.bare),
                cwd=repository.folder,
                env=calls.environment(repository.folder, top=not repository.bare),
                stdin=subprocess.DEVNULL if lines is None else subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
            )
        except OSError as error:
            self._errors.close()
            raise SourceError(f"git could not be started in {repository.folder!r}: {error.strerror}") from None
        self._late = False
        if lines is not None:
            threading.Thread(target=self._feed, args=(lines,), daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdout, self._errors):
            if stream is not None:
                stream.close()

    def records(self, end: bytes) -> Iterator[bytes]:
        """Split the whole output at `end`; an error of git is raised behind its last record."""
        rest = b""
        while block := self._block():
            *whole, rest = (rest + block).split(end)
            yield from whole
        if rest:
            yield rest
        self._check()

    def _block(self) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        handle = self._process.stdout.fileno()
        if not is_ready(handle):
            self._late = True
            self._process.kill()
            return b""
        return os.read(handle, _BLOCK)

    def _check(self) -> None:
        code = self._process.wait()
        if self._late:
            raise SourceError(
                f"git said nothing for {STALL:.0f} seconds in {self._repository.folder!r}",
                "look for a named pipe in its .git folder, or for a disk that does not answer",
            )
        if code:
            self._errors.seek(0)
            raise calls.error_of(self._errors.read(_BLOCK), self._repository.folder)

    def _feed(self, lines: Iterable[str]) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        with suppress(OSError), self._process.stdin as stream:
            for line in lines:
                stream.write(f"{line}\n".encode())


def is_ready(handle: int) -> bool:
    """Wait until there is something to read, the end included; False when that takes too long."""
    if os.name == "nt":  # where no named pipe can lie in a folder
        return True
    poll = select.poll()
    poll.register(handle, select.POLLIN | select.POLLHUP)
    return bool(poll.poll(STALL * 1000))
