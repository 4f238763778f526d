r"""Masks the values of secrets where they stand in other texts: a file, a branch or an option may be named after one.

    text --readings--> as it is, without %21, \u0021, &excl; ... --> places of known values, --> ********
         '-----------> what a run of base64 or hex stands for --'   of met ones, of shapes

What such a run stands for is read on where it is text, or compressed: values are met in two and three wrappings.
Three things are masked: values that are known (in any case of their letters), values of which only a keyed name is
known (`is_value`; where they begin and end at the edge of a word), and all that has the shape of a key, finding or not.
"""

from __future__ import annotations

import base64
import re
import sys
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from keyguard.expressions import expression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MASK = b"********"

_SHAPES = expression(
    rb"(?i)(?<![0-9a-f])(?:[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?![0-9a-f])"
)
_HEAD = 4  # characters of what has a key's shape stay, as in a mask: paths can still be told apart
_EDGE = expression(rb"(?<=[^0-9A-Za-z\x80-\xff])|(?=[^0-9A-Za-z\x80-\xff])|\A|\Z")
_LONGEST = 64  # bytes of a value that is known by name only

# How a byte may be written, by whom: addresses, most languages, pages, mails; SQL, CSV and shells. At last what stands
# within a value and is no part of it: what nobody sees, and the seam of two pieces.
_NOTATIONS = tuple(
    expression(pattern)
    for pattern in (
        rb"%(?P<hex>[0-9A-Fa-f]{2})",
        rb"\\(?:x(?P<hex>[0-9A-Fa-f]{2})|u(?P<point>[0-9A-Fa-f]{4})|u\{(?P<braced>[0-9A-Fa-f]{1,6})\}|(?P<octal>[0-3][0-7]{2})|(?P<plain>[^0-9A-Za-z]))",
        rb"(?P<entity>&(?:#[0-9]{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][0-9A-Za-z]{1,31};))",
        rb"=(?P<hex>[0-9A-F]{2})",
        rb"'\\(?P<plain>')'|'\"(?P<quote>')\"'|'(?P<single>')|\"(?P<double>\")",
        rb"(?P<nothing>\xe2(?:\x80[\x8b-\x8f\xaa-\xae]|\x81[\xa0-\xaf])|\xef\xbb\xbf|\xc2\xad)",
        rb"(?P<nothing>['\"] ?[-+.&|]{0,2} ?['\"])",
    )
)
_DEPTH = 3  # notations within each other
_READINGS = 16  # of one text at most
_BASE64 = expression(rb"[0-9A-Za-z+/_-]{11,}")
_HEX = expression(rb"[0-9A-Fa-f]{12,}")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_TEXT = expression(rb"[\t\n\r -~]{11,}")
_COMPRESSED = expression(rb"\x1f\x8b\x08|x[\x01^\x9c\xda]")  # gzip and zlib
_INFLATED = 4096  # bytes of what is compressed: a value and what stands around it


class _Reading(NamedTuple):
    """A text under some notation; `place` says where in the text as it is a part of it stands."""

    data: bytes
    place: Callable[[int, int], tuple[int, int]]


class Veil:
    """Masks values in texts.

    Thousands of values meet thousands of paths: values are looked up by their first bytes at each offset, so that
    the time depends on the length of the paths alone.
    """

    # Of shorter values most are ordinary words of a path, and no exchange ever took them as a passphrase.
    _FIRST = 6

    def __init__(
        self, values: Iterable[bytes] = (), is_value: Callable[[bytes], bool] | None = None, *, literal: bool = False
    ) -> None:
        """Know the values; `literal` masks those as they are and nothing else, for what names a place for years."""
        self._is_value, self._literal = is_value, literal
        self._by_head: defaultdict[bytes, list[bytes]] = defaultdict(list)
        for value in values:
            if len(value) >= self._FIRST:
                self._by_head[value[: self._FIRST].lower()].append(value.lower())

    def __call__(self, raw: bytes) -> bytes:
        """Return the bytes with every value in them masked."""
        kept, end = [], 0
        for start, stop, head in sorted(set(self._spans(raw))):
            if start >= end:
                kept += [raw[end : start + head], MASK]
            end = max(end, stop)
        return b"".join([*kept, raw[end:]])

    def text(self, text: str) -> str:
        """Return a text with every value in it masked."""
        try:
            raw = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # Windows allows lone surrogates of any kind in names
            raw = text.encode("utf-8", "surrogatepass")
            return self(raw).decode("utf-8", "surrogatepass")
        return self(raw).decode("utf-8", "surrogateescape")

    def _spans(self, raw: bytes) -> Iterator[tuple[int, int, int]]:
        if self._literal:
            yield from ((start, stop, 0) for start, stop in self._known(raw))
            return
        for reading in _readings(raw):
            for start, stop, head in self._found(reading.data):
                yield (*reading.place(start, stop), head)

    def _found(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        yield from ((start, stop, 0) for start, stop in self._known(data))
        yield from ((*found.span(), _HEAD) for found in _SHAPES.finditer(data))
        if self._is_value:
            yield from ((start, stop, 0) for start, stop in self._named(data, self._is_value))

    def _known(self, data: bytes) -> Iterator[tuple[int, int]]:
        data = data.lower()  # of the same length, bytes as they are
        for start in range(len(data) - self._FIRST + 1) if self._by_head else ():
            for value in self._by_head.get(data[start : start + self._FIRST], ()):
                if data.startswith(value, start):
                    yield start, start + len(value)

    def _named(self, data: bytes, is_value: Callable[[bytes], bool]) -> Iterator[tuple[int, int]]:
        edges = [found.start() for found in _EDGE.finditer(data)]
        for number, start in enumerate(edges):
            for stop in edges[number + 1 :]:
                if stop - start > _LONGEST:
                    break
                if stop - start >= self._FIRST and is_value(data[start:stop]):
                    yield start, stop


def _readings(raw: bytes) -> Iterator[_Reading]:
    """Yield a text as it is, as the notations have it, within each other too, and what its base64 and hex stand for."""
    seen = {raw}
    level = [_Reading(raw, lambda start, stop: (start, stop))]
    for _ in range(_DEPTH):
        yield from level
        packed = [one for reading in level for one in _packed(reading)]
        yield from packed
        level = list({read.data: read for read in _deeper(level, packed) if read.data not in seen}.values())
        seen |= {read.data for read in level}
        if not level or len(seen) > _READINGS:
            return
    yield from level


def _deeper(level: Iterable[_Reading], packed: Iterable[_Reading]) -> Iterator[_Reading]:
    yield from (read for reading in level for notation in _NOTATIONS if (read := _read(reading, notation)))
    yield from (further for one in packed for further in _unpacked(one))


def _read(reading: _Reading, notation: re.Pattern[bytes]) -> _Reading | None:
    """Return what a text says once the signs of a notation are read; None if it has none."""
    data, begins, end = bytearray(), list[int](), 0
    for sign in notation.finditer(reading.data):
        meant = _meant(sign)
        data += reading.data[end : sign.start()] + meant
        begins += [*range(end, sign.start()), *[sign.start()] * len(meant)]
        end = sign.end()
    if not end:
        return None
    begins += range(end, len(reading.data) + 1)
    return _Reading(bytes(data + reading.data[end:]), lambda start, stop: reading.place(begins[start], begins[stop]))


def _meant(sign: re.Match[bytes]) -> bytes:
    """Return the bytes that a sign stands for."""
    kind, text = sign.lastgroup, sign[sign.lastgroup or 0]
    if kind == "hex":
        return bytes.fromhex(text.decode())
    if kind == "octal":
        return bytes([int(text, 8)])
    if kind == "nothing":
        return b""
    if kind == "braced":
        return chr(min(int(text, 16), sys.maxunicode)).encode("utf-8", "replace")
    if kind == "point":
        return chr(int(text, 16)).encode("utf-8", "replace")
    if kind == "entity":
        import html

        return html.unescape(text.decode()).encode("utf-8", "replace")
    return text


def _packed(reading: _Reading) -> Iterator[_Reading]:
    """Yield what runs of base64 and hex may stand for, whose first character may belong to something before it."""
    for run in _HEX.finditer(reading.data):
        for first in (run.start(), run.start() + 1):
            yield _of_hex(reading, first, run.end())
    for run in _BASE64.finditer(reading.data):
        for first in range(run.start(), run.start() + 4):
            yield _of_base64(reading, first, run.end())


def _unpacked(packed: _Reading) -> Iterator[_Reading]:
    """Yield what is worth reading on: a text, and what was compressed, for which all of it stands."""
    if said := _TEXT.search(packed.data):  # what stands before it may look like base64 too
        first = said.start()
        yield _Reading(said[0], lambda start, stop: packed.place(first + start, first + stop))
    if begin := _COMPRESSED.search(packed.data):
        import zlib

        with suppress(zlib.error):
            data = zlib.decompressobj(47).decompress(packed.data[begin.start() :], _INFLATED)  # of either kind
            yield _Reading(data, lambda *_: packed.place(begin.start(), len(packed.data)))


def _of_hex(reading: _Reading, first: int, end: int) -> _Reading:
    digits = reading.data[first : end - (end - first) % 2]
    return _Reading(
        bytes.fromhex(digits.decode()), lambda start, stop: reading.place(first + 2 * start, first + 2 * stop)
    )


def _of_base64(reading: _Reading, first: int, end: int) -> _Reading:
    """Read base64, of which four characters are three bytes: what a byte has a part of is masked with it."""
    data = _from_base64(reading.data[first:end].translate(_URL_SAFE))
    return _Reading(data, lambda start, stop: reading.place(first + start * 4 // 3, min(end, first - stop * -4 // 3)))


def _from_base64(signs: bytes) -> bytes:
    if len(signs) % 4 == 1:
        signs = signs[:-1]
    return base64.b64decode(signs + b"=" * (-len(signs) % 4))


_SHAPES_ONLY = Veil()


def covered(text: str) -> str:
    """Return a text with all that has a key's shape masked, in whatever notation."""
    return _SHAPES_ONLY.text(text)


def is_suspect(word: str) -> bool:
    """Tell whether a word that somebody wrote where a name belongs may be a secret: a key, a passphrase, base64."""
    if covered(word) != word:
        return True
    letters = any(c.isupper() for c in word) and any(c.islower() for c in word)
    return letters and len(word) >= 8 and (any(c.isdigit() for c in word) or (len(word) >= 16 and word.isalnum()))


def named(path: object) -> str:
    """Return a path that a configuration names, without those parts that are no likely names: they mix all signs."""
    return re.sub(r"[^/\\]+", lambda part: MASK.decode() if _is_mixed(part[0]) else part[0], str(path))


def _is_mixed(word: str) -> bool:
    kinds = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^\w,() -](?!\w{1,5}\Z)")  # a file's ending makes no mixture
    return len(word) >= 8 and all(re.search(kind, word) for kind in kinds)


def quoted(word: str, most: int = 60) -> str:
    """Return a word of somebody's in quotes, as much of it as an error can show, or how long it is."""
    return f"a text of {len(word)} characters" if is_suspect(word) else f"'{word[:most]}'"
