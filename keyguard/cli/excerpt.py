"""The lines around a finding, for people who have to judge it: never with a value in them."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from keyguard.text import decode, unseen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from keyguard.model import Match

MASK = "********"
_AROUND = 2  # lines on each side
_WIDTH = 100
_PIECES = 8  # of a source; what stands behind them in a huge file is not shown
_SHORTEST = 4  # characters; to mask every shorter text that equals a value would hide ordinary words

# What no rule took for a value of ours may be somebody else's: another service's password beside an OKX key. Without
# quotes it ends where a comment or the next name begins. The bounds keep the time linear in a hostile line.
_OTHERS = re.compile(
    r"""(?xi)
    (?: pass | pwd | secret | token | key | phrase | credential | auth | login ) [\w.-]{0,64} ["']?
        \s{0,8} (?: [:=]=? | => ) \s{0,8}
        (?: " (?P<a>[^"]+) | ' (?P<b>[^']+) | (?P<c> [^\s"',;] [^"',;]*? )
            (?= ["',;] | $ | \s{1,8} (?: \# | // | [\w.-]{1,64} \s{0,8} [:=] ) ) )
    | (?P<d> (?<![\w+-]) (?=[\w+-]*\d) (?=[\w+-]*[a-z]) [\w+-]{20,} )
    | :// [^\s/@:]+ : (?P<e>[^\s/@]+) @
    """
)


def excerpt(read: Iterable[bytes], match: Match, matches: Sequence[Match]) -> list[tuple[int, str]]:
    """Return the lines around a match with their numbers, from the pieces `read` of its blob.

    `matches` are all of the scan, none of which is shown.
    """
    first, last = max(1, match.region.line - _AROUND), match.region.end_line + _AROUND
    values = {other.value.reveal().decode("utf-8", "surrogateescape") for other in matches}
    here = [other for other in matches if other.blob == match.blob]
    lines = islice(enumerate(_lines(read), 1), first - 1, last)
    return [
        (number, _cut(*_veiled(line.rstrip("\r"), _spans(here, number), values, _OTHERS)))
        for number, line in lines
        if number <= first + 8  # a value of many lines is not worth more
    ]


def without_values(text: str, matches: Iterable[Match], *, others: bool = False) -> str:
    """Return a text with every value of the scan masked; with `others` all that may be somebody's secret, too."""
    values = {match.value.reveal().decode("utf-8", "surrogateescape") for match in matches}
    return _veiled(text, [], values, _OTHERS if others else None)[0]


def _lines(read: Iterable[bytes]) -> list[str]:
    decoder = decode.Decoder()
    pieces = (decoder.utf8(piece) or b"" for piece in islice(read, _PIECES))
    data = b"".join(pieces)
    return decode.text(unseen.with_line_feeds(data) if unseen.ends_in_cr(data) else data).split("\n")


def _spans(matches: Iterable[Match], line: int) -> list[tuple[int, int]]:
    """Return the columns, counting from 0, in which values stand on a line."""
    regions = [match.region for match in matches if match.region.line <= line <= match.region.end_line]
    return [
        (region.column - 1 if region.line == line else 0, region.end_column - 1 if region.end_line == line else 1 << 30)
        for region in regions
    ]


def _veiled(
    line: str, spans: list[tuple[int, int]], values: Iterable[str], others: re.Pattern[str] | None = None
) -> tuple[str, int]:
    """Return a line with its values masked, and where the first of `spans` begins in it."""
    shown = [*_shown(line, values), *(_of_a_shape(line, others) if others else ())]
    masked, end, at = [], 0, 0
    for start, stop in sorted([*spans, *shown]):
        if start >= end:
            masked += [line[end:start], MASK]
        if (start, stop) in spans and not at:
            at = len("".join(masked))
        end = max(end, stop)
    return "".join([*masked, line[end:]]), at


def _shown(line: str, values: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Return where values stand, in any case."""
    lowered = line.lower()
    wide = len(lowered) == len(line)  # a letter may grow when it is lowered
    for value in values:
        if len(value) >= _SHORTEST:
            yield from _places(lowered if wide else line, value.lower() if wide else value)


def _of_a_shape(line: str, shape: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    return (found.span(name) for found in shape.finditer(line) for name in "abcde" if found[name] is not None)


def _places(line: str, value: str) -> Iterator[tuple[int, int]]:
    start = line.find(value)
    while start >= 0:
        yield start, start + len(value)
        start = line.find(value, start + 1)


def _cut(line: str, at: int) -> str:
    """Return what fits the terminal of a line, with what matters in it."""
    start = max(0, min(at - _WIDTH // 2, len(line) - _WIDTH))
    return ("... " if start else "") + line[start : start + _WIDTH] + (" ..." if len(line) > start + _WIDTH else "")
