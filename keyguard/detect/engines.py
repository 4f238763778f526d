"""The engines that run many patterns over bytes at once: Hyperscan, and `regex` where there is no Hyperscan.

Hyperscan is a package of wheels for CPython on the usual processors (pyproject.toml says which); nobody has it on PyPy,
in 32 bits or on RISC-V. `regex` finds the same, several times slower.
"""

from __future__ import annotations

import hashlib
import sys
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

APART = 32  # bytes between the ends of one pattern that are told


def name() -> str:
    """Return which engine there is; nothing is loaded for that."""
    return "hyperscan" if sys.modules.get("hyperscan", True) and find_spec("hyperscan") else "regex"


class Remember(Protocol):
    """Answer with the bytes that `make` gave for the same key before, or call it."""

    def __call__(self, key: str, make: Callable[[], bytes]) -> bytes:  # noqa: D102
        ...


def hits_of(patterns: list[str], remember: Remember | None) -> Callable[[bytes], int]:
    """Return a function that tells which patterns match, as bits."""
    try:
        import hyperscan
    except ImportError:
        return _regex_hits(patterns)
    database = _database(hyperscan, patterns, hyperscan.HS_FLAG_SINGLEMATCH, remember)
    found = 0

    def on_match(number: int, _start: int, _end: int, _flags: int, _context: Any) -> None:
        nonlocal found
        found |= 1 << number

    def hits(data: bytes) -> int:
        nonlocal found
        found = 0
        database.scan(data, match_event_handler=on_match)
        return found

    return hits


def ends_of(patterns: list[str], remember: Remember | None) -> Callable[[bytes], list[tuple[int, int]]]:
    """Return a function that tells which pattern matches up to where."""
    try:
        import hyperscan
    except ImportError:
        return _regex_ends(patterns)
    database = _database(hyperscan, patterns, 0, remember)

    def ends(data: bytes) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        last = [-APART] * len(patterns)

        def on_match(number: int, _start: int, end: int, _flags: int, _context: Any) -> None:
            if end - last[number] >= APART:  # a pattern such as token=.* ends everywhere
                last[number] = end
                found.append((number, end))

        database.scan(data, match_event_handler=on_match)
        return found

    return ends


def _regex_hits(patterns: list[str]) -> Callable[[bytes], int]:
    import regex

    compiled = [regex.compile(pattern.encode(), regex.MULTILINE) for pattern in patterns]

    def hits(data: bytes) -> int:
        return sum(1 << n for n, pattern in enumerate(compiled) if pattern.search(data))

    return hits


def _regex_ends(patterns: list[str]) -> Callable[[bytes], list[tuple[int, int]]]:
    import regex

    compiled = [regex.compile(pattern.encode(), regex.MULTILINE) for pattern in patterns]

    def ends(data: bytes) -> list[tuple[int, int]]:
        hits = ((n, hit.end()) for n, pattern in enumerate(compiled) for hit in pattern.finditer(data, overlapped=True))
        return list(hits)

    return ends


def _database(hyperscan: Any, patterns: list[str], flags: int, remember: Remember | None) -> Any:
    flags |= hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_MULTILINE

    def compile_all() -> bytes:
        return _compiled(tuple(patterns), flags)

    # By the patterns, since they change with this module as well as with the packs.
    digest = hashlib.sha256(f"{flags}\n".encode() + "\n".join(patterns).encode()).hexdigest()[:32]
    key = f"gates-{digest}-{hyperscan.__version__}-{_platform()}"
    stored = remember(key, compile_all) if remember else compile_all()
    try:
        database = hyperscan.loadb(stored, hyperscan.HS_MODE_BLOCK)
    except hyperscan.error:  # written on a machine of another kind
        database = hyperscan.loadb(compile_all(), hyperscan.HS_MODE_BLOCK)
    database.scratch = hyperscan.Scratch(database)
    return database


@lru_cache(maxsize=16)
def _compiled(patterns: tuple[str, ...], flags: int) -> bytes:
    """Compile patterns, once in a process: that takes a second, and a program may scan often without a cache folder."""
    import hyperscan

    database = hyperscan.Database()
    count = len(patterns)
    try:
        database.compile(
            expressions=[pattern.encode() for pattern in patterns],
            ids=list(range(count)),
            elements=count,
            flags=[flags] * count,
        )
    except hyperscan.error as error:
        raise ValueError(str(error)) from None
    return bytes(hyperscan.dumpb(database))


def _platform() -> str:
    return f"{sys.platform}-{sys.implementation.cache_tag}"
