"""A git process whose output is read while it runs: walks of a history, whose length nobody knows beforehand."""

from __future__ import annotations

import os
import select
import tempfile
from contextlib import ExitStack
from typing import TYPE_CHECKING

from keyguard.errors import SourceError
from keyguard.git import program
from keyguard.git.failures import BoundError, error_of
from keyguard.git.process import end, start

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typing_extensions import Self

    from keyguard.git.model import Repository

STALL = 300.0
"""Seconds without a byte after which git is stopped: a repository may hold a named pipe where a file should be."""

_BLOCK = 1 << 18
_AHEAD = 1 << 20  # bytes that git may be ahead of its reader
_MOST_ERRORS = 1 << 20
MOST_PATH = 16 << 20
"""Bytes of one record, which is as long as the path in it."""


class Stream:
    """One git process, read block by block; gone for certain on the way out.

    `lines` are its standard input, in a file: a pipe would have a second end in every process that is forked while it
    is written, and git would wait for all of them.
    """

    def __init__(self, repository: Repository, arguments: Sequence[str], lines: Iterable[str] | None = None) -> None:
        self.folder, self._bounds = repository.folder, repository.bounds
        self._late, self._written = False, 0
        with ExitStack() as closing:
            self._errors = closing.enter_context(tempfile.TemporaryFile())
            given = closing.enter_context(tempfile.TemporaryFile()) if lines is not None else None
            if given is not None:
                given.writelines(f"{line}\n".encode() for line in lines or ())
                given.seek(0)
            self._process = start(
                program.command(arguments, bare=repository.bare),
                cwd=repository.folder,
                env=program.environment(repository.folder, top=True),
                bounds=self._bounds,
                stderr=self._errors,
                pipesize=_AHEAD,
                **({} if given is None else {"stdin": given}),
            )
            closing.callback(end, self._process)
            self._closing = closing.pop_all()
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        self._closing.enter_context(self._process.stdout)
        self._handle = self._process.stdout.fileno()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._closing.close()

    def records(self, separator: bytes) -> Iterator[bytes]:
        """Split the whole output; an error of git is raised behind its last record."""
        rest = b""
        for block in self.blocks():
            *whole, rest = (rest + block).split(separator)
            yield from whole
            self.check_length(rest)
        if rest:
            yield rest

    def blocks(self) -> Iterator[bytes]:
        """Read the whole output; an error of git is raised behind its last block."""
        while block := self.block():
            yield block

    def block(self) -> bytes:
        """Wait for the next block; an empty one is the end, and an error of git is raised there."""
        if not is_ready(self._handle):
            self._late = True
            self._process.kill()
        block = b"" if self._late else os.read(self._handle, _BLOCK)
        self._written += len(block)
        if self._written > self._bounds.output:
            raise BoundError(self.folder, "wrote more than it may")
        if not block:
            self._check()
        return block

    def is_waiting(self) -> bool:
        """Say whether the next block, or the end, is there already."""
        return is_ready(self._handle, 0)

    def errors(self) -> bytes:
        """Return what git has said beside its output."""
        self._errors.seek(0)
        return self._errors.read(_MOST_ERRORS)

    def check_length(self, rest: bytes) -> None:
        """Raise BoundError for a record that does not end."""
        if len(rest) > MOST_PATH:
            raise BoundError(self.folder, "named a path that is longer than it may be")

    def _check(self) -> None:
        code = self._process.wait()
        if self._late:
            raise SourceError(
                f"git said nothing for {STALL:.0f} seconds in {self.folder!r}",
                "look for a named pipe in its .git folder, or for a disk that does not answer",
            )
        if code:
            raise error_of(self.errors(), self.folder, code)


def is_ready(handle: int, patience: float | None = None) -> bool:
    """Wait until there is something to read, the end included; False when that takes too long."""
    if os.name == "nt":  # where no named pipe can lie in a folder
        return patience is None
    poll = select.poll()
    poll.register(handle, select.POLLIN | select.POLLHUP)
    return bool(poll.poll(1000 * (STALL if patience is None else patience)))
