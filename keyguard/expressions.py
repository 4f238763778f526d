"""Regular expressions that are compiled when they are first used: a commit is waiting, and it needs few of them.

What is made here is not the compiled expression itself: `found.re` is another object. Those of the package `regex` cost
up to 7 ms each to compile, and 0.02 ms to make of the program that another process compiled: `keep` brings such
programs from where they lie between runs, and takes new ones there.
"""

from __future__ import annotations

import atexit
import marshal
import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, AnyStr, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    import regex

_MOST = 2000  # programs that are kept; packs of others may bring any number


def expression(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what behaves as the compiled expression; its methods cost no more than that one's."""
    return cast("re.Pattern[AnyStr]", _Later(pattern, flags))


def regex_expression(pattern: AnyStr, flags: int = 0) -> regex.Pattern[AnyStr]:
    """Return the same of the package `regex`, for what `re` does not know.

    The pattern is ours or a pack's, and holds nothing of what is scanned: it may be kept with its program.
    """
    return cast("regex.Pattern[AnyStr]", _LaterByRegex(pattern, flags))


def keep(load: Callable[[], bytes | None], save: Callable[[bytes], None]) -> None:
    """Have programs loaded when the first one is needed, and saved at the end of the process where one is new.

    What is loaded must be proven to be what was saved. The last call counts; what is new before it is saved at once.
    """
    if _programs.save is None:
        atexit.register(_programs.keep)
    _programs.keep()
    _programs.load, _programs.save = load, save


class Programs:
    """What expressions of `regex` were compiled to, by pattern and flags."""

    def __init__(self) -> None:
        self.load: Callable[[], bytes | None] | None = None
        self.save: Callable[[bytes], None] | None = None
        self._known: dict[tuple[Any, int], tuple[Any, ...]] = {}
        self._new: dict[tuple[Any, int], tuple[Any, ...]] = {}

    def compiled(self, pattern: Any, flags: int) -> Any:
        """Return the expression, of its program where that is known."""
        if self.load is not None:
            self._know(self.load() or b"")
            self.load = None
        if program := self._known.get((pattern, flags)):
            return _engine().compile(*program)
        return self._compiled(pattern, flags)

    def keep(self) -> None:
        """Save what is known, if any of it is new."""
        if self._new and self.save:
            kept = self._known if len(self._known) + len(self._new) <= _MOST else {}
            self._known, self._new = {**kept, **self._new}, {}
            self.save(_version() + marshal.dumps(self._known))

    def _compiled(self, pattern: Any, flags: int) -> Any:
        import copyreg

        import regex

        made = regex.compile(pattern, flags)
        if self.save is not None:
            program: Any = copyreg.dispatch_table[type(made)](made)[1]  # what pickle would write
            self._new[pattern, int(flags)] = tuple(int(one) if isinstance(one, int) else one for one in program)
        return made

    def _know(self, data: bytes) -> None:
        if data.startswith(version := _version()):
            self._known = marshal.loads(data[len(version) :])  # noqa: S302 - proven by who loads it


def _engine() -> Any:
    """Return the module that makes an expression of its program, as pickle finds it."""
    return import_module("regex._regex")


def _version() -> bytes:
    """Name what a program is for: this `regex`, in this Python."""
    from regex import __version__

    of_engine = (__version__, _engine().MAGIC, _engine().CODE_SIZE)
    return f"{(*of_engine, sys.version, sys.platform, sys.maxsize)}\n".encode()


_programs = Programs()


class _Later:
    def __init__(self, *expression: Any) -> None:
        self._expression = expression

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._expression

    def __getattr__(self, name: str) -> Any:
        """Take a method or an attribute from the compiled expression, and keep it."""
        value = getattr(self._compiled(), name)
        setattr(self, name, value)
        return value

    def _compiled(self) -> Any:
        return re.compile(*self._expression)


class _LaterByRegex(_Later):
    def _compiled(self) -> Any:
        return _programs.compiled(*self._expression)
