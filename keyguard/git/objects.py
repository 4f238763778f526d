"""Contents by their ids: one `git cat-file --batch` that lives as long as its reader."""

from __future__ import annotations

import os
import tempfile
import threading
from contextlib import suppress
from subprocess import PIPE
from typing import TYPE_CHECKING, NamedTuple

from keyguard.git import program
from keyguard.git.failures import BoundError, KilledError, error_of
from keyguard.git.process import Bounds, end, start
from keyguard.git.stream import is_ready

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from keyguard.git.model import Repository

_BLOCK = 1 << 20  # bytes that are read at once, and that git may be ahead of us
_BOUNDS = Bounds(memory=192 << 20, output=1 << 20)  # what is written into a file: errors
"""A content that is no delta is handed on as it is unpacked; a delta is held with what it was made from."""
_PATIENCE = 32 << 20  # bytes that are read past; to start git anew costs as much


class Object(NamedTuple):
    """One object's header, and its bytes, to be read before the next object is asked for."""

    id: str
    kind: str  # 'blob', 'commit', 'tag', 'tree'; for what has no bytes 'missing' or 'damaged'; 'cut' for the one before
    size: int
    pieces: Iterator[bytes]
    failure: BoundError | KilledError | None = None  # what ended git here, where that was not the object alone


class Objects:
    """Reads objects of one repository; for one process and one thread.

    The ids of a whole batch are written at once and answered as a stream: to ask for one at a time took 1.6 times as
    long. (`--buffer` would hold back the end of each batch; it saves nothing that could be measured.) A git that dies
    of a damaged object is started again behind it, and one that was killed before it answered is asked once more.
    """

    def __init__(self, repository: Repository, piece: int) -> None:
        self._repository = repository
        self._piece = piece
        self._git: _Git | None = None
        self._asked_again = ""  # the object at which git was killed last

    def read(self, ids: Sequence[str]) -> Iterator[Object]:
        """Read objects in the order of their ids; one whose bytes ended too early is told once more, as cut."""
        left = list(ids)
        while left:
            git = self._started()
            feeder = threading.Thread(target=git.ask, args=(left,), daemon=True)
            feeder.start()
            try:
                left = yield from self._answers(git, left)
            except BaseException:  # nobody will read what is still on its way
                self.close()
                raise
            finally:
                feeder.join()

    def close(self) -> None:
        """End git."""
        if self._git is not None:
            self._git.close()
            self._git = None

    def _answers(self, git: _Git, ids: list[str]) -> Generator[Object, None, list[str]]:
        number, told = 0, False
        try:
            for number, name in enumerate(ids):
                told = False
                kind, size = git.header()
                left = _Left(size)
                told = True
                yield Object(name, kind, size, git.pieces(left, self._piece))
                if left.size > _PATIENCE and not left.cut:  # nobody wanted to read it, and it may unpack to any size
                    self.close()
                    return ids[number + 1 :]
                git.pass_over(left, self._piece)
                if kind != "missing":
                    git.take(1)  # a line feed stands behind each content
        except EOFError:
            failure = git.failure()
            self.close()
            if isinstance(failure, KilledError) and not told and self._asked_again != ids[number]:
                self._asked_again = ids[number]
                return ids[number:]
            yield Object(ids[number], "cut" if told else "damaged", 0, iter(()), failure)
            return ids[number + 1 :]
        return []

    def _started(self) -> _Git:
        """Start git, or return the one that runs; one that a fork inherited is its parent's."""
        if self._git is None or self._git.owner != os.getpid():
            self._git = _Git(self._repository)
        return self._git


class _Left:
    """How many bytes of a content have not been read, and whether they will never come."""

    __slots__ = ("cut", "size")

    def __init__(self, size: int) -> None:
        self.size, self.cut = size, False


class _Git:
    """The process and what was read of its output so far; EOFError when there is no more, or none for too long."""

    def __init__(self, repository: Repository) -> None:
        self.owner = os.getpid()
        self._folder = repository.folder
        self._has_ended = False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = start(
            program.command(["cat-file", "--batch"], bare=repository.bare),
            cwd=repository.folder,
            env=program.environment(repository.folder, top=True),
            bounds=_BOUNDS,
            stdin=PIPE,
            stderr=self._errors,
            pipesize=_BLOCK,
        )
        assert self._process.stdin is not None  # noqa: S101 - both were asked for
        assert self._process.stdout is not None  # noqa: S101
        self._input = self._process.stdin
        self._output = self._process.stdout
        self._read, self._at = b"", 0

    def ask(self, ids: Sequence[str]) -> None:
        """Ask for objects; waits while git is busy with earlier ones."""
        request = memoryview("".join(f"{name}\n" for name in ids).encode())
        with suppress(OSError, ValueError):  # it died, or was ended
            while request:
                request = request[self._input.write(request) :]

    def header(self) -> tuple[str, int]:
        """Read what is said before a content: its kind and its size."""
        while (end := self._read.find(b"\n", self._at)) < 0:
            self._read, self._at = self._read[self._at :] + self._more(), 0
        words = self._read[self._at : end].split()
        self._at = end + 1
        if len(words) != 3:
            return "missing", 0
        if not (words[1].isalpha() and words[2].isdigit()):
            raise EOFError  # what stands here is no head: nothing behind it can be told apart
        return words[1].decode(), int(words[2])

    def pieces(self, left: _Left, most: int) -> Iterator[bytes]:
        """Read a content piece by piece; an empty one is one empty piece, and one that is cut ends there."""
        try:
            yield self._next(left, most)
            while left.size:
                yield self._next(left, most)
        except EOFError:  # it would strike the reader, who cannot know; it comes again behind the content
            left.cut = True

    def pass_over(self, left: _Left, most: int) -> None:
        """Read what is left of a content and let it go."""
        while left.size:
            self._next(left, most)

    def _next(self, left: _Left, most: int) -> bytes:
        size = min(left.size, most)
        piece = self.take(size)
        left.size -= size
        return piece

    def take(self, size: int) -> bytes:
        """Read exactly so many bytes."""
        taken = self._read[self._at : self._at + size]
        self._at += len(taken)
        if len(taken) == size:
            return taken
        parts, left = [taken], size - len(taken)
        while left:
            self._read = self._more()
            self._at = min(left, len(self._read))
            parts.append(self._read[: self._at])
            left -= self._at
        return b"".join(parts)

    def failure(self) -> BoundError | KilledError | None:
        """Return why git ended: it needed more memory than it may take, or something killed it; None else."""
        code = self._process.wait() if self._has_ended else 0
        end(self._process)
        self._errors.seek(0)
        error = error_of(self._errors.read(_BLOCK), self._folder, code)
        return error if isinstance(error, BoundError | KilledError) else None

    def close(self) -> None:
        """End the process, whatever it is doing; a fork only lets go of it."""
        if self.owner == os.getpid():
            end(self._process)
        for stream in (self._input, self._output, self._errors):
            with suppress(OSError):
                stream.close()

    def _more(self) -> bytes:
        handle = self._output.fileno()
        is_late = not is_ready(handle)
        block = b"" if is_late else os.read(handle, _BLOCK)
        if not block:
            self._has_ended = not is_late
            raise EOFError
        return block
