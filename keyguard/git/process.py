"""The one place where git is started: its memory and its output are bounded, and its end is certain.

    start -+-> Call      writes into a temporary file that is read when it has ended
           +-> Stream    is read while it runs (stream.py)
           +-> Objects   answers as long as it is asked (objects.py)

The bounds are the system's (Linux: prlimit; elsewhere only what is read is bounded). Only memory of git's own counts:
the packs that it maps do not. A process that outlives its reader ends when it writes the next time, at its bounds else.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from contextlib import ExitStack, suppress
from typing import IO, TYPE_CHECKING, NamedTuple

from keyguard.errors import SourceError
from keyguard.git.failures import OutsideError, error_of
from keyguard.signals import postponed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Self

TIME_LIMIT = 60.0
"""Seconds after which a call is stopped: a named pipe called `.gitignore` makes git wait for ever."""

_MOST_ERRORS = 1 << 20  # bytes of what git says on standard error that are looked at


class Bounds(NamedTuple):
    """What one git process may take before it is ended, in bytes."""

    memory: int
    output: int


CALL = Bounds(memory=1 << 30, output=2 << 30)
"""For what is asked of a work tree, whose files are really there: 1,000,000 untracked ones take 200 MB."""


def start(
    command: Sequence[str],
    *,
    cwd: str,
    env: Mapping[str, str],
    bounds: Bounds,
    stdin: IO[bytes] | int = subprocess.DEVNULL,
    stdout: IO[bytes] | int = subprocess.PIPE,
    stderr: IO[bytes] | int = subprocess.DEVNULL,
    pipesize: int = -1,
) -> subprocess.Popen[bytes]:
    """Start git; whoever calls this sees to its end."""
    process: subprocess.Popen[bytes] | None = None
    try:
        with postponed():
            process = subprocess.Popen(
                command, cwd=cwd, env=env, stdin=stdin, stdout=stdout, stderr=stderr, bufsize=0, pipesize=pipesize
            )
    except KeyboardInterrupt:  # nobody else knows of it yet
        if process is not None:
            end(process)
        raise
    except OSError as error:
        kind = OutsideError if error.filename == cwd else SourceError
        raise kind(
            f"git could not be started in {cwd!r}: {error.strerror}",
            "it needs that folder, and a folder for temporary files (TMPDIR)",
        ) from None
    _bound(process.pid, bounds)
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process, whatever it is doing, and take note of its end."""
    process.kill()
    process.wait()


def _bound(pid: int, bounds: Bounds) -> None:
    try:
        from resource import RLIMIT_CORE, RLIMIT_DATA, RLIMIT_FSIZE, prlimit
    except ImportError:
        return
    # A core would be written into the folder that is scanned.
    for kind, most in ((RLIMIT_CORE, 0), (RLIMIT_DATA, bounds.memory), (RLIMIT_FSIZE, bounds.output)):
        with suppress(OSError, ValueError):  # it has ended, or the user's own limit is lower
            prlimit(pid, kind, (most, most))


class Call:
    """One git process, started on the way in, waited for by `output`, gone for certain on the way out."""

    def __init__(
        self,
        command: Sequence[str],
        cwd: str,
        env: Mapping[str, str],
        *,
        limit: float | None = None,
        bounds: Bounds = CALL,
    ) -> None:
        """Prepare a call that may take `limit` seconds, or the usual number of them, and what the bounds say."""
        self.limit, self.bounds = TIME_LIMIT if limit is None else limit, bounds
        self.cwd = cwd
        self.errors = b""
        self.code = 0
        self._command, self._env = command, env
        self._closing = ExitStack()
        self._late = False

    def __enter__(self) -> Self:
        with ExitStack() as closing:
            try:
                self._output = closing.enter_context(tempfile.TemporaryFile())
                self._errors = closing.enter_context(tempfile.TemporaryFile())
            except OSError as error:
                raise SourceError(
                    f"git cannot be asked in {self.cwd!r}: {error.strerror}", "it needs a folder for temporary files"
                ) from None
            self._process = start(
                self._command, cwd=self.cwd, env=self._env, bounds=self.bounds, stdout=self._output, stderr=self._errors
            )
            closing.callback(end, self._process)
            # Not Popen.wait(timeout): it polls, and doubles the 3 ms of a small call.
            self._timer = threading.Timer(self.limit, self._stop)
            self._timer.daemon = True
            self._timer.start()
            self._closing = closing.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._closing.close()

    def _stop(self) -> None:
        self._late = True
        self._process.kill()

    def output(self, *, accepted: Sequence[int] = (0,)) -> IO[bytes]:
        """Wait for the end and return what was written; a code that is not accepted is an error."""
        self.code = self._process.wait()
        if self._late:
            raise SourceError(
                f"git took more than {self.limit:.0f} seconds in {self.cwd!r}",
                "look for a named pipe called .gitignore or in a configuration, or for a disk that does not answer",
            )
        self._errors.seek(0)
        self.errors = self._errors.read(_MOST_ERRORS)
        if self.code not in accepted:
            raise error_of(self.errors, self.cwd, self.code)
        self._output.seek(0)
        return self._output


def bounds_of(store: str) -> Bounds:
    """Return what a walk over a repository may take: by the objects that it holds, half of the memory at most.

    A walk of 60,000 commits and 360,000 objects takes 90 MB and writes 45; a few objects can name 10^9 paths.
    """
    objects = count_objects(store)
    return Bounds(min((128 << 20) + 512 * objects, _half_of_memory()), (128 << 20) + 4096 * objects)


def count_objects(store: str) -> int:
    """Guess how many objects there are, as git's own `gc --auto` does: by the indexes, and by some loose ones."""
    count = 0
    for place in (store, *_alternates(store)):
        with suppress(OSError, ValueError), os.scandir(f"{place}/objects/pack") as packs:
            # A sparse file is as long as it says, and holds nothing.
            count += sum(_taken(pack) for pack in packs if pack.name.endswith(".idx")) // 28
        with suppress(OSError, ValueError):
            count += 256 * len(os.listdir(f"{place}/objects/17"))  # noqa: PTH208 - names alone
    return count


def _taken(entry: os.DirEntry[str]) -> int:
    facts = entry.stat(follow_symlinks=False)
    return min(facts.st_size, 512 * getattr(facts, "st_blocks", facts.st_size))


def _alternates(store: str) -> list[str]:
    with suppress(OSError), open(f"{store}/objects/info/alternates", "rb", opener=_without_waiting) as file:
        lines = file.read(1 << 16).split(b"\n")
        objects = (os.path.join(store, "objects", os.fsdecode(line)) for line in lines if line)  # noqa: PTH118
        return [os.path.dirname(place) for place in objects]  # noqa: PTH120
    return []


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _half_of_memory() -> int:
    try:
        return int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")) // 2
    except (AttributeError, ValueError, OSError):
        return 4 << 30
