"""Regular expressions that are compiled when they are first used: a commit is waiting, and it needs few of them.

What is made here is not the compiled expression itself: `found.re` is another object.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, AnyStr, cast

if TYPE_CHECKING:
    import regex


def expression(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what behaves as the compiled expression; its methods cost no more than that one's."""
    return cast("re.Pattern[AnyStr]", _Later(pattern, flags))


def regex_expression(pattern: AnyStr, flags: int = 0) -> regex.Pattern[AnyStr]:
    """Return the same of the package `regex`, for what `re` does not know; one takes a millisecond to compile."""
    return cast("regex.Pattern[AnyStr]", _LaterByRegex(pattern, flags))


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
        import regex

        return regex.compile(*self._expression)
