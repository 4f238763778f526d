"""Which bytes are worth reading closely: one Hyperscan call a blob, before any regular expression of Python's.

Gates are wide on purpose: `matcher` decides. A gate only has to open whenever the matcher would find something.
Measured: about 1.2 GB/s for all gates, where one Python pass over the same bytes costs ten times as much.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, Protocol

import regex

from keyguard.rules import Pack, RuleSet

MAX_CALL = 1 << 30  # Hyperscan cuts a longer buffer's length to 32 bits, without an error


class Remember(Protocol):
    """Answer with the bytes that `make` gave for the same key before, or call it."""

    def __call__(self, key: str, make: Callable[[], bytes]) -> bytes:  # noqa: D102
        ...


class Gates:
    """Tells which rules can match some bytes; one for a process and its single thread (a scratch is not shared)."""

    def __init__(self, rules: RuleSet, waiver: str, remember: Remember | None = None) -> None:
        self._names: list[str] = []
        patterns: list[str] = []
        for name, pattern in _patterns(rules, waiver):
            self._names.append(name)
            patterns.append(pattern)
        self._packs = [(pack.id, _bits(pack, self._names)) for pack in rules.packs]
        self._mentions = {pack.id: regex.compile(_mention(pack)) for pack in rules.packs}
        self._waiver = 1 << self._names.index("waiver")
        self._rule_bits = sum(1 << n for n, name in enumerate(self._names) if name.startswith("rule:"))
        self._engine = _engine(patterns, f"gates-{rules.digest}", remember)

    def open_for(self, data: bytes, path: str) -> tuple[bool, bool]:
        """Return whether bytes are worth matching, and whether they hold waivers."""
        hits = self._engine(data) if len(data) <= MAX_CALL else -1
        if not hits:
            return False, False
        waivers = bool(hits & self._waiver)
        if hits & self._rule_bits:
            return True, waivers
        for pack, (word, shapes, weak, free, named) in self._packs:
            if hits & named or (shapes and hits & shapes == shapes):
                return True, waivers
            spoken = hits & word or self._mentions[pack].search(path) is not None
            if spoken and hits & (shapes | weak | free):
                return True, waivers
        return False, waivers


def _mention(pack: Pack) -> str:
    return "(?i)" + "|".join(map(regex.escape, pack.words))


def _patterns(rules: RuleSet, waiver: str) -> list[tuple[str, str]]:
    patterns = [("waiver", f"(?i:{waiver})")]
    patterns += [(f"rule:{rule.id}", rule.pattern) for rule in rules.rules.values() if rule.pattern]
    for pack in rules.packs:
        patterns.append((f"{pack.id}:word", _utf8(_mention(pack))))
        free = sorted(
            {n for part in pack.parts.values() if not part.shape for n in part.names | part.short_names if len(n) > 1}
        )
        if free:
            patterns.append((f"{pack.id}:free", _utf8("(?i)" + "|".join(_loosely(name) for name in free))))
            # The base64 forms of 32 and 36 characters, with and without a line end.
            patterns.append((f"{pack.id}:weak:base64", "[0-9A-Za-z+/]{43}[0-9A-Za-z+/=]"))
        for part in pack.parts.values():
            if part.shape is None:
                continue
            patterns.append((f"{pack.id}:shape:{part.name}", part.shape))
            patterns.append((f"{pack.id}:weak:{part.name}", part.weak_shape or part.shape))
            short = "|".join(sorted(name for name in part.short_names if name.isascii() and len(name) > 1))
            patterns.append((f"{pack.id}:named:{part.name}", rf"(?i:{short})[^\w\n]{{1,12}}(?:{part.shape})"))
    return patterns


def _loosely(name: str) -> str:
    """Let a plain name match however it is separated: 'apipass' as API_PASS, api-pass, "api pass"."""
    return "[ _.-]?".join(regex.escape(letter) for letter in name) if name.isascii() else regex.escape(name)


def _utf8(pattern: str) -> str:
    """Spell characters beyond ASCII as their UTF-8 bytes."""
    return "".join(c if c.isascii() else "".join(f"\\x{byte:02x}" for byte in c.encode()) for c in pattern)


def _bits(pack: Pack, names: list[str]) -> tuple[int, int, int, int, int]:
    def of(kind: str) -> int:
        return sum(1 << n for n, name in enumerate(names) if name.startswith(f"{pack.id}:{kind}"))

    return of("word"), of("shape:"), of("weak:"), of("free"), of("named:")


def _engine(patterns: list[str], key: str, remember: Remember | None) -> Callable[[bytes], int]:
    try:
        import hyperscan
    except ImportError:  # no wheel for Windows on ARM
        return _regex_engine(patterns)
    return _hyperscan_engine(hyperscan, patterns, key, remember)


def _regex_engine(patterns: list[str]) -> Callable[[bytes], int]:
    compiled = [regex.compile(pattern.encode()) for pattern in patterns]

    def hits(data: bytes) -> int:
        return sum(1 << n for n, pattern in enumerate(compiled) if pattern.search(data))

    return hits


def _hyperscan_engine(hyperscan: Any, patterns: list[str], key: str, remember: Remember | None) -> Callable[[bytes], int]:
    def compile_all() -> bytes:
        database = hyperscan.Database()
        flags = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_MULTILINE
        count = len(patterns)
        database.compile(
            expressions=[pattern.encode() for pattern in patterns],
            ids=list(range(count)),
            elements=count,
            flags=[flags] * count,
        )
        return bytes(hyperscan.dumpb(database))

    version = f"{hyperscan.__version__}-{_platform()}"
    stored = remember(f"{key}-{version}", compile_all) if remember else compile_all()
    try:
        database = hyperscan.loadb(stored, hyperscan.HS_MODE_BLOCK)
    except hyperscan.error:  # a damaged cache costs a compilation, no more
        database = hyperscan.loadb(compile_all(), hyperscan.HS_MODE_BLOCK)
    database.scratch = hyperscan.Scratch(database)
    found = 0

    def on_match(number: int, _start: int, _end: int, _flags: int, _context: Any) -> None:
        nonlocal found
        found |= 1 << number

    def hits(data: bytes) -> int:
        nonlocal found
        found = 0
        with contextlib.suppress(hyperscan.ScanTerminated):
            database.scan(data, match_event_handler=on_match)
        return found

    return hits


def _platform() -> str:
    import sys

    return f"{sys.platform}-{sys.implementation.cache_tag}"
