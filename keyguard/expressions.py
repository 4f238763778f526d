"""Regular expressions that are compiled when they are first used: a commit is waiting, and it needs few of them."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def expression(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what behaves as the compiled expression; its methods cost no more than that one's."""
    return cast("re.Pattern[AnyStr]", _Later(pattern, flags))


class _Later:
    def __init__(self, *expression: Any) -> None:
        self._expression = expression

    def __reduce__(self) -> tuple[Any, ...]:
        return _Later, self._expression

    def __getattr__(self, name: str) -> Any:
        """Take a method or an attribute from the compiled expression, and keep it."""
        value = getattr(re.compile(*self._expression), name)
        setattr(self, name, value)
        return value
