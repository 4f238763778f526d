"""Signals that end a run: what was found is reported as incomplete, and the exit code says which signal it was.

    SIGINT, SIGTERM, SIGHUP -> KeyboardInterrupt where the run is -> the report of what was found -> 128 + the signal

A CI's cancel, `timeout` and a closed terminal send these, often one behind the other. The first one counts. While the
report is written (`hold`) a SIGTERM or SIGHUP waits until that is done, and the same one again ends the process at
once. Children that are read are ended as for any other error; processes of the pool call `leave_to_parent`. Where the
interpreter lets no exception pass (a destructor, a weak reference's callback) the signal strikes again a moment later,
and until it is taken.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from typing_extensions import Self

INTERRUPTED = 130
"""The exit code of a run that was interrupted, where nobody knows by what."""

_A_MOMENT = 0.01  # seconds; destructors are short
_A_WHILE = 1.0  # seconds in which a signal was taken, unless it came just before a call that waits
_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Endings:
    """Takes the signals that end a run, from the way in to the way out; those that are ignored stay ignored."""

    def __init__(self) -> None:
        self.first: int | None = None
        self._held = False
        self._seen: set[int] = set()
        self._before: dict[int, Any] = {}
        self._unraisable = sys.unraisablehook
        self._again: int | None = None  # what strikes again, until it is taken

    def __enter__(self) -> Self:
        with suppress(ValueError):  # not the main thread, which alone can take signals
            for number in _ENDING:
                if signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
                    self._before[number] = signal.signal(number, self._take)
        self._unraisable, sys.unraisablehook = sys.unraisablehook, self._lost
        return self

    def __exit__(self, *_: object) -> None:
        sys.unraisablehook, self._again = self._unraisable, None
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def hold(self) -> None:
        """Let signals other than an interrupt wait: what is done now is soon done, and lost when it is cut."""
        self._held = True

    def code(self, code: int) -> int:
        """Return the exit code of a run whose own is `code`."""
        return 128 + self.first if code == INTERRUPTED and self.first else code

    def _take(self, number: int, frame: FrameType | None) -> None:
        if _is_within(frame, Endings._lost):  # no exception gets out of there either
            return
        self._again = None
        is_first, is_again = self.first is None, number in self._seen
        self.first = self.first or number
        self._seen.add(number)
        if number == signal.SIGINT or (is_first and not self._held):
            raise KeyboardInterrupt
        if is_again:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    def _lost(self, unraisable: sys.UnraisableHookArgs) -> None:
        """Have a signal strike again that struck where its exception was dropped, and leave other exceptions alone."""
        if unraisable.exc_type is not KeyboardInterrupt or self.first is None:
            self._unraisable(unraisable)
            return
        number, self.first = self.first, None
        self._seen.discard(number)
        self._again = number
        threading.Thread(target=self._strike_again, args=(number,), daemon=True).start()

    def _strike_again(self, number: int) -> None:
        time.sleep(_A_MOMENT)
        while self._again == number:
            _send_to_main(number)
            time.sleep(_A_WHILE)


def ignore() -> None:
    """Let no signal end the process any more; for its very end, when its exit code is what the report says."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)


def _is_within(frame: FrameType | None, function: Callable[..., object]) -> bool:
    while frame and frame.f_code is not function.__code__:
        frame = frame.f_back
    return frame is not None


def _send_to_main(number: int) -> None:
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:  # Windows, where to kill is to end at once
        signal.raise_signal(number)


@contextmanager
def held_back() -> Iterator[None]:
    """Keep signals waiting: one that struck a process while it is forked would be told as a fault of that."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows, which forks nothing
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def postponed() -> Iterator[None]:
    """Take signals at the end of the block: one that strikes while a child is started would lose sight of the child.

    Nothing is kept from the child, as a blocked signal would be. Signals strike the main thread alone.
    """
    struck: list[int] = []
    before: dict[int, Any] = {}
    try:
        if threading.current_thread() is threading.main_thread():
            for number in _ENDING:
                handler = signal.getsignal(number)
                if callable(handler):
                    before[number] = handler
                    signal.signal(number, lambda number, _frame: struck.append(number))
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in struck:
            os.kill(os.getpid(), number)


def leave_to_parent() -> None:
    """Have a process of the pool end with its parent's word only: a signal to all of them is the parent's affair."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
