"""The command as tests run it: a process of its own each time, forked from one that has everything loaded.

    run(arguments) --request and standard streams--> server --fork--> keyguard.cli.main
                   <----------------- exit code ------------------------'

To start Python and import everything takes a quarter of a second, ten times as long as most of what tests ask for. What
start-up does is tested with new interpreters (`fresh=True`, tests/cli/test_start.py), and so are terminals and signals.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import os
import pickle
import pkgutil
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMEOUT = 120  # seconds
_STARTS_PYTHON = ("PYTHON", "LC_", "LANG")  # variables that an interpreter reads when it starts
_NUMBER = struct.Struct("!q")

# What keyguard imports only when it is needed.
_LIBRARIES = (
    "git hyperscan httpx importlib.metadata jinja2 msgspec multiprocessing.connection pathspec pyrate_limiter regex "
    "rich.console rich.progress sarif_om sqlite3 stamina yaml"
).split()


class Request(NamedTuple):
    """What a run of the command is given beside its standard streams."""

    arguments: list[str]
    cwd: str
    environment: dict[str, str]
    umask: int
    hurried: bool


def run(
    *arguments: str | os.PathLike[str],
    cwd: str | os.PathLike[str],
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    fresh: bool = False,
    hurried: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Run the command; `env` is added to the environment, `fresh` asks for a new interpreter.

    A run that is `hurried` does not wait where it sleeps; its clock shows that it did.
    """
    words = [os.fspath(argument) for argument in arguments]
    environment = {**os.environ, **(env or {})}
    if fresh or any(name.startswith(_STARTS_PYTHON) for name in env or ()):
        command = [sys.executable, "-m", "keyguard", *words]
        return subprocess.run(
            command, cwd=cwd, input=stdin, env=environment, capture_output=True, check=False, timeout=_TIMEOUT
        )
    os.umask(umask := os.umask(0))
    return _ask(Request(words, os.fspath(cwd), environment, umask, hurried), stdin)


def _ask(request: Request, stdin: bytes) -> subprocess.CompletedProcess[bytes]:
    """Have the server run the command, and wait for its end."""
    with ExitStack() as files:
        asked, out, err = (files.enter_context(tempfile.TemporaryFile()) for _ in range(3))
        reader, writer = _pipe(files)
        answers, answered = _pipe(files)
        pickle.dump(tuple(request), asked)
        asked.seek(0)
        theirs = (asked, reader, out, err, answered)
        socket.send_fds(_server(), [b"!"], [file.fileno() for file in theirs])
        reader.close()
        answered.close()
        with suppress(BrokenPipeError):
            writer.write(stdin)
        writer.close()
        code = _exit_code(answers)
        out.seek(0)
        err.seek(0)
        done = subprocess.CompletedProcess(request.arguments, -1 if code is None else code, out.read(), err.read())
    assert code is not None, done.stderr.decode("utf-8", "replace")
    return done


def _pipe(files: ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    reader, writer = os.pipe()
    return files.enter_context(open(reader, "rb", 0)), files.enter_context(open(writer, "wb", 0))  # noqa: PTH123


def _exit_code(answers: IO[bytes]) -> int | None:
    """Return the exit code of a run when all its processes have ended, None if it came to none."""
    (process,) = _NUMBER.unpack(answers.read(_NUMBER.size))
    until = time.monotonic() + _TIMEOUT
    heard = b""
    while select.select([answers], [], [], max(0, until - time.monotonic()))[0]:
        if not (more := answers.read(_NUMBER.size)):
            return int(_NUMBER.unpack(heard)[0]) if heard else None
        heard += more
    os.kill(process, signal.SIGKILL)
    raise subprocess.TimeoutExpired("keyguard", _TIMEOUT)


@functools.cache
def _server() -> socket.socket:
    """Start the server, which ends when its door is closed at the end of the tests."""
    door, theirs = socket.socketpair()
    with theirs:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.command", str(theirs.fileno())],
            cwd=Path(__file__).parent.parent,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    atexit.register(server.wait)
    atexit.register(door.close)
    return door


# --- the server


class _Clock:
    """The clock of the process: real, unless pauses are skipped."""

    def __init__(self) -> None:
        self._sleep, self._monotonic = time.sleep, time.monotonic
        self._skipped = 0.0
        self.hurries = False

    def set_up(self) -> None:
        """Take the place of the real one, before a library takes hold of that."""
        for name in ("sleep", "monotonic", "monotonic_ns"):
            setattr(time, name, getattr(self, name))

    def sleep(self, seconds: float) -> None:
        if self.hurries:
            self._skipped += seconds
        else:
            self._sleep(seconds)

    def monotonic(self) -> float:
        return self._monotonic() + self._skipped

    def monotonic_ns(self) -> int:
        return int(self.monotonic() * 1e9)


def _load() -> None:
    """Import what any run may need and compile the patterns; all else is new to each run."""
    import keyguard

    for module in pkgutil.walk_packages(keyguard.__path__, "keyguard."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in _LIBRARIES:
        with suppress(ImportError):
            importlib.import_module(name)
    _scan_once()
    gc.collect()
    gc.freeze()


def _scan_once() -> None:
    """Scan a small repository, for what is compiled and read once in a process: a third of what a run takes.

    Its cache is empty, so that the gates are compiled too: for a run with a cache of its own that takes two seconds.
    """
    from keyguard import expressions
    from keyguard.cli import main
    from keyguard.packs import expand

    before = os.environ["KEYGUARD_CACHE_DIR"]
    with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as folder:
        os.environ["KEYGUARD_CACHE_DIR"] = cache
        text = expand("OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n", "once")
        Path(folder, "bot.env").write_text(text)
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        for words in (("init", "-q"), ("add", "."), (*who, "commit", "-q", "-m", "once")):
            subprocess.run([shutil.which("git") or "git", *words], cwd=folder, check=True)
        for name in ("text", "json", "sarif"):
            main(["scan", "-f", name, folder])
        expressions.keep(lambda: None, lambda _: None)  # what was compiled here is new to no run
    os.environ["KEYGUARD_CACHE_DIR"] = before


def _serve(door: socket.socket) -> list[int]:
    """Fork a process for each request, and return in that what came with the request."""
    while True:
        data, descriptors, _, _ = socket.recv_fds(door, 1, 5)
        if not data:
            os._exit(0)
        if not os.fork():
            door.close()
            return descriptors
        for descriptor in descriptors:
            os.close(descriptor)
        with suppress(ChildProcessError):  # those that have ended
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _begin(request: Request, streams: list[int]) -> None:
    """Make this process what a new one would have been."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    os.umask(request.umask)
    os.chdir(request.cwd)


def _main(door: socket.socket) -> None:
    clock = _Clock()
    clock.set_up()
    _load()
    asked, *streams, answered = _serve(door)
    os.set_inheritable(answered, False)  # noqa: FBT003 - that is its signature
    os.write(answered, _NUMBER.pack(os.getpid()))
    with open(asked, "rb") as file:  # noqa: PTH123
        request = Request(*pickle.load(file))  # noqa: S301 - from the tests
    clock.hurries = request.hurried
    _begin(request, streams)

    from keyguard.cli import main

    os.write(answered, _NUMBER.pack(main(request.arguments)))


if __name__ == "__main__":
    del sys.path[0]  # `-m` put it there
    _main(socket.socket(fileno=int(sys.argv[1])))
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(0)  # to take down what was loaded takes longer than most runs
