"""Signals end a run wherever they strike."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from typing import TYPE_CHECKING

import pytest

from keyguard.signals import Endings

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a signal there ends the process")


class _Thing:
    """What can be let go of, and may do something then."""

    def __init__(self, last: Callable[[], object] = lambda: None) -> None:
        self.last, self.other = last, None

    def __del__(self) -> None:
        self.last()


def _in_a_destructor(strike: Callable[[], None]) -> None:
    _Thing(strike)


def _in_a_destructor_within_another(strike: Callable[[], None]) -> None:
    _Thing(lambda: _Thing(strike))


def _in_the_collection_of_a_circle(strike: Callable[[], None]) -> None:
    one, other = _Thing(strike), _Thing()
    one.other, other.other = other, one  # type: ignore[assignment]
    del one, other
    gc.collect()


def _in_a_callback_of_a_weak_reference(strike: Callable[[], None]) -> None:
    thing = _Thing()
    kept = weakref.ref(thing, lambda _: strike())
    del thing
    assert kept() is None


def _in_a_callback_of_the_collector(strike: Callable[[], None]) -> None:
    def called(phase: str, _: object) -> None:
        if phase == "stop":
            gc.callbacks.remove(called)
            strike()

    gc.callbacks.append(called)
    gc.collect()


def _waiting(where: Callable[[Callable[[], None]], None], strike: Callable[[], None]) -> None:
    where(strike)
    time.sleep(60)  # which a signal ends


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize(
    "where",
    [
        _in_a_destructor,
        _in_a_destructor_within_another,
        _in_the_collection_of_a_circle,
        _in_a_callback_of_a_weak_reference,
        _in_a_callback_of_the_collector,
    ],
)
def test_a_signal_is_not_lost_where_python_drops_its_exception(
    where: Callable[[Callable[[], None]], None], number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)

    def strike() -> None:
        os.kill(os.getpid(), number)
        sum(range(1000))

    with Endings() as endings:
        with pytest.raises(KeyboardInterrupt):
            _waiting(where, strike)
        assert endings.first == number
    assert complaints == []


def test_a_signal_that_comes_while_a_lost_one_is_dealt_with_is_not_lost_either(monkeypatch: pytest.MonkeyPatch) -> None:
    started = threading.Thread.start

    def start_and_strike(thread: threading.Thread) -> None:
        started(thread)
        os.kill(os.getpid(), signal.SIGTERM)
        sum(range(1000))

    def lose() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        sum(range(1000))

    monkeypatch.setattr(threading.Thread, "start", start_and_strike)
    with Endings() as endings, pytest.raises(KeyboardInterrupt):
        _waiting(_in_a_destructor, lose)
    assert endings.first == signal.SIGTERM


def test_what_else_is_dropped_is_told_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    with Endings():
        _Thing(lambda: 1 // 0)
    assert len(complaints) == 1
    assert sys.unraisablehook == complaints.append


def test_a_signal_at_the_very_end_of_the_process_changes_no_exit_code() -> None:
    program = (
        "import os, signal, sys\n"
        "class Last:\n"
        "    def __del__(self, kill=os.kill, me=os.getpid(), number=signal.SIGINT):\n"
        "        kill(me, number)\n"
        "sys.last = Last()  # goes when the modules go\n"
        "sys.argv = ['keyguard', '--version']\n"
        "from keyguard.cli import main\n"
        "sys.exit(main())\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (ran.returncode, ran.stdout[:8]) == (0, b"keyguard"), ran.stderr
