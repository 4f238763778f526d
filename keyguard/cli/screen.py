"""What reaches the terminal beside reports: errors, faults, colour or not, and the progress of a long scan."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from contextlib import contextmanager, suppress
from functools import cache
from typing import IO, TYPE_CHECKING, Any, BinaryIO

import click

from keyguard.display import visible
from keyguard.veil import Veil, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

_PATIENCE = 0.5  # seconds before progress is shown; most scans are over by then
_PAUSE = 0.1  # seconds between two drawings
_COMMAND = re.compile(r": (?:git|keyguard|pip) [^:]+$")
_FRAMES = 40  # of a fault's way through the code; a recursion has a thousand


def should_color(stream: IO[Any] | None, *, never: bool = False) -> bool:
    """Tell whether to write colours to a stream: what the user said first, then the environment, then the terminal."""
    if never or stream is None or os.environ.get("NO_COLOR"):
        return False
    if forced := os.environ.get("FORCE_COLOR"):
        return forced != "0"
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def width() -> int:
    """Return how many columns the terminal has that standard output goes to; 0 for a file or a pipe."""
    if sys.stdout is None or not sys.stdout.isatty():
        return 0
    return shutil.get_terminal_size().columns


def output() -> BinaryIO:
    """Return standard output as bytes; a process may have been started without one."""
    if sys.stdout is None:
        return open(os.devnull, "wb")  # noqa: PTH123 - stands in until the process ends
    return sys.stdout.buffer


def flush() -> None:
    """Write out what is still held back, so that trouble with it shows here."""
    if sys.stdout is not None:
        sys.stdout.flush()


def discard_output() -> None:
    """Send what is still held back nowhere: its reader is gone, and the interpreter would complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say_error(message: str, hint: str = "") -> None:
    """Write an error, and below it a hint, to standard error."""
    _say(f"error: {_ended(message)}")
    if hint:
        _say(f"hint: {_ended(hint)}")


def say_note(message: str) -> None:
    """Write a remark to standard error."""
    _say(f"note: {_ended(message)}")


def say_fault(error: BaseException) -> None:
    """Write of an unexpected exception its type and place; never its text or its variables, which may hold a value."""
    places = list(_places(error.__traceback__))
    say_error(
        f"keyguard failed: {type(error).__name__} at {places[-1] if places else 'an unknown place'}.",
        "This is a fault of keyguard's own: please report the line above. KEYGUARD_DEBUG=1 shows how it came about.",
    )
    if os.environ.get("KEYGUARD_DEBUG"):
        for place in places[-_FRAMES:]:
            _say(f"  {place}")


def say_debug(line: str) -> None:
    """Write a step that was asked for."""
    _say(f"debug: {line}")


def unknown(kind: str, word: str, known: Iterable[str]) -> tuple[str, str]:
    """Return the error for a word that is none of the known ones, and a hint with the nearest."""
    from keyguard.settings import nearest

    return f"there is no {kind} {quoted(word)}.", nearest(word, known).strip()


class Progress:
    """A line on standard error that tells how far a scan is, once it has lasted a while."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _PATIENCE
        self._bar: Any = None
        self._task: Any = None

    def __call__(self, files: int, size: int) -> None:
        """Draw the numbers read so far; between two drawings, do nothing."""
        if time.monotonic() < self._next:
            return
        if self._bar is None:
            self._bar = _bar()
            self._task = self._bar.add_task("Scanning", total=None)
            self._bar.start()
        self._bar.update(self._task, description=f"Scanning: {files:,} files, {size / 1e6:,.0f} MB")
        self._bar.refresh()
        self._next = time.monotonic() + _PAUSE

    def stop(self) -> None:
        """Take the line away."""
        if self._bar is not None:
            self._bar.stop()


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress | None]:
    """Show the progress: none in a pipe, under continuous integration, or when nobody wants it."""
    if not _is_wanted(quiet=quiet):
        yield None
        return
    shown = Progress()
    try:
        yield shown
    finally:
        shown.stop()


class Running:
    """A line that tells how far a run over many repositories is, drawn whenever there is news."""

    def __init__(self) -> None:
        self._bar = _bar()
        self._task = self._bar.add_task("", total=None)
        self._bar.start()

    def show(self, text: str) -> None:
        """Draw the line."""
        self._bar.update(self._task, description=visible(_veiled(text)), refresh=True)

    def stop(self) -> None:
        """Take the line away."""
        self._bar.stop()


@contextmanager
def running(*, quiet: bool) -> Iterator[Running | None]:
    """Show such a line where progress is shown at all."""
    if not _is_wanted(quiet=quiet):
        yield None
        return
    shown = Running()
    try:
        yield shown
    finally:
        shown.stop()


class Checking:
    """How many credentials are checked: counted, and shown where there is a bar."""

    def __init__(self, total: int, bar: Any = None) -> None:
        self.done = 0
        self._total = total
        self._bar = bar
        self._task: Any = None

    def show(self, done: int) -> None:
        """Take note that so many are checked."""
        self.done = done
        if self._bar is not None:
            if self._task is None:
                self._task = self._bar.add_task("", total=self._total)
                self._bar.start()
            text = f"Checking: {done:,} of {self._total:,} credentials"
            self._bar.update(self._task, completed=done, description=text, refresh=True)

    def paused(self, ask: Callable[[str], bool]) -> Callable[[str], bool]:
        """Return the question with the bar out of its way."""

        def asked(about: str) -> bool:
            if self._task is not None:
                self._bar.stop()
            answer = ask(about)
            if self._task is not None:
                self._bar.start()
            return answer

        return asked

    def stop(self) -> None:
        """Take the bar away."""
        if self._task is not None:
            self._bar.stop()


@contextmanager
def checking(total: int, *, quiet: bool) -> Iterator[Checking]:
    """Show how many of a number of credentials are checked, where progress is shown at all."""
    shown = Checking(total, _bar() if _is_wanted(quiet=quiet) else None)
    try:
        yield shown
    finally:
        shown.stop()


def _is_wanted(*, quiet: bool) -> bool:
    unwanted = quiet or os.environ.get("CI") or os.environ.get("TERM") == "dumb"
    return not unwanted and sys.stderr is not None and sys.stderr.isatty()


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    # Without a thread of its own: the scan forks.
    return Progress(
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True, no_color=not should_color(sys.stderr)),
        transient=True,
        auto_refresh=False,
    )


def _places(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        code = traceback.tb_frame.f_code
        yield f"{_short(code.co_filename)}:{traceback.tb_lineno} in {code.co_name}"
        traceback = traceback.tb_next


def _short(file: str) -> str:
    """Shorten a module's path to what says which one it is, without the user's folders."""
    return "/".join(file.replace(os.sep, "/").split("/")[-3:])


def _ended(sentence: str) -> str:
    """End a sentence with a stop; a command at its end is there to be copied, and has none."""
    return sentence if sentence.endswith((".", "?", "!")) or _COMMAND.search(sentence) else f"{sentence}."


def tell(text: str = "", *, style: str | None = None, color: bool | None = None, nl: bool = True) -> None:
    """Write lines for people to standard output."""
    shown = "\n".join(visible(_veiled(line)) for line in text.split("\n"))
    click.echo(click.style(shown, fg=style) if style else shown, nl=nl, color=color)


def say(text: str) -> None:
    """Write lines for people to standard error; on a terminal they are wrapped, but for those to be typed."""
    room = shutil.get_terminal_size().columns if sys.stderr is not None and sys.stderr.isatty() else 0
    for line in text.strip("\n").split("\n"):
        if room and not line.startswith(" "):
            import textwrap

            line = textwrap.fill(line, room, break_long_words=False, break_on_hyphens=False)  # noqa: PLW2901
        for piece in line.split("\n"):
            _say(piece)


def _say(line: str) -> None:
    if sys.stderr is None:
        return
    with suppress(OSError):  # nobody reads it
        sys.stderr.write(f"{visible(_veiled(line))}\n")


def hide(veil: Callable[[], Veil]) -> None:
    """Have what is written from now on pass through the veil of a run, which is asked for at the first line."""
    _Hidden.veil = cache(veil)


class _Hidden:
    """What knows the values of the run whose process this is: the streams are the process's, too."""

    veil: Callable[[], Veil] = staticmethod(cache(Veil))


def _veiled(line: str) -> str:
    return _Hidden.veil().text(line) if line.strip() else line
