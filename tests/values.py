"""Looks for thousands of values in megabytes of output, in one pass."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def search(values: Iterable[bytes], *, ignore_case: bool = False) -> Callable[[bytes], set[int]]:
    """Return a function that tells which of the values stand in a text, by their place in the sorted values.

    It is no value that is returned: what fails must not print them.
    """
    wanted = sorted({value.lower() for value in values} if ignore_case else set(values))
    try:
        import hyperscan
    except ImportError:
        return lambda text: _each(wanted, text.lower() if ignore_case else text)
    database = hyperscan.Database()
    flags = hyperscan.HS_FLAG_SINGLEMATCH | (hyperscan.HS_FLAG_CASELESS if ignore_case else 0)
    database.compile(
        expressions=[re.escape(value) for value in wanted],
        ids=list(range(len(wanted))),
        elements=len(wanted),
        flags=[flags] * len(wanted),
    )

    def in_one_pass(text: bytes) -> set[int]:
        found: set[int] = set()
        database.scan(text, match_event_handler=lambda number, *_: found.add(number))
        return found

    return in_one_pass


def _each(values: list[bytes], text: bytes) -> set[int]:
    return {number for number, value in enumerate(values) if value in text}
