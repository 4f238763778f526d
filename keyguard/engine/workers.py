"""The processes of the pool: one is forked and inherits what it needs, another is started anew and is sent it.

    parent -- batches --> pipe or standard input --> `do` --> pipe or standard output -- answers --> parent

Where a fork is not safe (macOS) or not there (Windows), Python is started in isolation (`-I`): neither the environment
nor the current folder, which may be the scanned one, says what is imported, as they would with `multiprocessing`. The
process looks for modules where its parent does, but for places that are told relative to the current folder.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING, Any

from keyguard import signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_VARIABLE = "KEYGUARD_START_METHOD"
_READY = "ready"
_SIZE = 8  # bytes before each message
_LAUNCH = "import sys; sys.path[:] = sys.argv[1:]; from keyguard.engine.workers import main; main()"


def start_method() -> str:
    """Return how workers come to be, in the words of `multiprocessing`; '' where there can be none.

    `KEYGUARD_START_METHOD` chooses another one.
    """
    import multiprocessing

    methods = {*multiprocessing.get_all_start_methods()} & {"fork", "spawn"}
    if getattr(sys, "frozen", False) or not sys.executable:  # it would start a program that is not Python
        methods.discard("spawn")
    chosen = os.environ.get(_VARIABLE) or ("spawn" if sys.platform == "darwin" else "fork")
    return chosen if chosen in methods else min(methods, default="")


class Worker:
    """A process that answers what it is asked; `pipe` has something to read when it has answered or is gone."""

    pipe: Any

    def is_ready(self) -> bool:
        """Wait until it can be asked; False where it cannot be had."""
        return True

    def ask(self, items: Sequence[Any]) -> None:
        """Send a batch; a death is noticed when it is to answer."""
        raise NotImplementedError

    def answer(self) -> Any:
        """Wait for the answer; EOFError or OSError when the process is gone."""
        return self.pipe.recv()

    def dismiss(self) -> None:
        """Let the process end by itself, if it does so soon."""
        raise NotImplementedError

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        raise NotImplementedError


class Forked(Worker):
    """A fork of this process."""

    def __init__(self, do: Callable[[Any], Any], leave: Callable[[], None]) -> None:
        import multiprocessing

        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self.pipe, do, leave), daemon=True)
        with signals.held_back():
            self._process.start()
        theirs.close()

    def ask(self, items: Sequence[Any]) -> None:
        """Send a batch."""
        with contextlib.suppress(OSError):
            self.pipe.send(items)

    def dismiss(self) -> None:
        """Let the process end by itself."""
        self.ask(())
        self._process.join(1)

    def stop(self) -> None:
        """End the process."""
        self.pipe.close()
        self._process.terminate()
        self._process.join(1)
        self._process.kill()
        self._process.join()


def _serve(pipe: Any, other_end: Any, do: Callable[[Any], Any], leave: Callable[[], None]) -> None:
    other_end.close()  # so that the parent's end is the parent's alone, and its death is noticed here
    signals.leave_to_parent()  # they are still held back here
    with contextlib.suppress(EOFError, OSError):
        while items := pipe.recv():
            pipe.send(do(items))
    leave()


class Started(Worker):
    """A Python that is started anew; what it is to do, and all that this needs, is pickled."""

    def __init__(self, do: Callable[[Any], Any], leave: Callable[[], None]) -> None:
        from multiprocessing import Pipe

        task = pickle.dumps((do, leave))
        # Its output is no pipe that can be waited for on every system; one within this process is.
        self.pipe, feed = Pipe(duplex=False)
        with signals.held_back():
            self._process = subprocess.Popen(_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None  # noqa: S101 - both were asked for
        assert self._process.stdout is not None  # noqa: S101
        self._input, output = self._process.stdin, self._process.stdout
        self._feeder = threading.Thread(target=_hand_on, args=(output, feed), daemon=True)
        self._feeder.start()
        self._send(task)

    def is_ready(self) -> bool:
        """Wait until it has what it needs; it does not when it cannot import what is imported here."""
        try:
            return bool(self.answer() == _READY)
        except (EOFError, OSError):
            return False

    def ask(self, items: Sequence[Any]) -> None:
        """Send a batch."""
        self._send(pickle.dumps(items))

    def dismiss(self) -> None:
        """Let the process end by itself."""
        self.ask(())
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)

    def stop(self) -> None:
        """End the process."""
        self.pipe.close()
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self._process.kill()
        self._process.wait()
        self._feeder.join()
        with contextlib.suppress(OSError):
            self._input.close()

    def _send(self, message: bytes) -> None:
        with contextlib.suppress(OSError):
            _write(self._input, message)


def _command() -> list[str]:
    flags = ["-I", "-X", f"utf8={sys.flags.utf8_mode}", *(["-B"] if sys.dont_write_bytecode else [])]
    places = (os.fspath(place) for place in sys.path)
    return [sys.executable, *flags, "-c", _LAUNCH, *(place for place in places if os.path.isabs(place))]  # noqa: PTH117


def _hand_on(output: IO[bytes], feed: Any) -> None:
    """Hand on the answers of a process, until it ends or nobody wants them."""
    with output, feed, contextlib.suppress(OSError):
        for message in _messages(output):
            feed.send_bytes(message)


def _write(stream: IO[bytes], message: bytes) -> None:
    stream.write(len(message).to_bytes(_SIZE, "big") + message)
    stream.flush()


def _messages(stream: IO[bytes]) -> Iterator[bytes]:
    """Read messages until the stream ends, in one or behind one."""
    while len(head := stream.read(_SIZE)) == _SIZE:
        size = int.from_bytes(head, "big")
        if len(message := stream.read(size)) < size:
            return
        yield message


def main() -> None:
    """Be a process that was started anew: take what is to be done, then batch after batch until an empty one."""
    given, taken = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed by chance is no answer
    signals.leave_to_parent()  # they are still held back here
    # Nobody but the parent can write here: it is the only process that has the other end.
    messages = map(pickle.loads, _messages(given))
    with contextlib.suppress(OSError):
        task = next(messages, None)
        if task is None:  # the parent was interrupted before it sent anything
            return
        do, leave = task
        _write(taken, pickle.dumps(_READY))
        for items in messages:
            if not items:
                break
            _write(taken, pickle.dumps(do(items)))
        leave()
