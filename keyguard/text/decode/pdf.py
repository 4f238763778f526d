"""PDF: the text of its pages, with their numbers; what its fonts do not say is not followed, and nothing is drawn."""

from __future__ import annotations

import base64
import re
import zlib
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from keyguard.text.decode import pdfshown
from keyguard.text.decode.budget import MIB, words
from keyguard.text.decode.pdfshown import Font
from keyguard.text.decode.view import View, lines_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit

_OBJECT = re.compile(rb"(?<!\d)(\d{1,8})\s+\d{1,5}\s+obj\b")
_STREAM = re.compile(rb"stream\r?\n")
_PACKED = re.compile(rb"/Type\s*/ObjStm\b")
_FIRST = re.compile(rb"/First\s+(\d{1,8})")
_PAGE, _PAGES = re.compile(rb"/Type\s*/Page\b(?!s)"), re.compile(rb"/Type\s*/Pages\b")
_NO_TEXT = re.compile(rb"/(?:Image|FontFile\d?|XRef|ObjStm|Metadata|Length1)\b")
_REFERENCE = re.compile(rb"(\d{1,8})\s+\d{1,5}\s+R\b")
_FONT = re.compile(rb"/([^\s/<>\[\]()]{1,64})\s+(\d{1,8})\s+\d{1,5}\s+R\b")
_FILTER = re.compile(rb"/Filter\s*(?:\[([^\]]*)\]|/(\w+))")
_MOST_OBJECTS = 200_000
_DEEPEST = 40
_LARGEST = 8 * MIB  # bytes of what a page shows, and of what holds other objects


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the text, page after page; a place in it is its page's number."""
    data = body.whole()
    with visit.budget.holding(2 * len(data)):
        if b"/Encrypt" in data:
            visit.budget.note(path, "it is encrypted")
            return
        document = _Document(visit, data, path)
        for number, lines in document.pages():
            said = (f"page {number}",)
            text = "\n".join(lines).encode("utf-8", "replace")
            yield View(path, [text], via, ".txt", lines_back([number] * len(lines), said))
        if rest := document.rest():
            yield View(path, ["\n".join(rest).encode("utf-8", "replace")], via, ".txt", lines_back([1] * len(rest)))


class _Object(NamedTuple):
    facts: bytes
    start: int = -1  # of its stream
    end: int = -1


class _Document:
    """The objects of a file: those that stand in it, and those that are packed in others."""

    def __init__(self, visit: Visit, data: bytes, path: str) -> None:
        self._visit, self._data, self._path = visit, data, path
        self._is_cut = False
        self._most = min(_LARGEST, visit.budget.limits.entry)
        self._objects: dict[int, _Object] = {}
        self._fonts: dict[int, Font] = {}
        self._read: set[int] = set()
        found = list(islice(_OBJECT.finditer(data), _MOST_OBJECTS))
        for number, begin in enumerate(found):
            end = found[number + 1].start() if number + 1 < len(found) else len(data)
            self._objects[int(begin[1])] = self._cut(begin.end(), end)
        for one in [one for one in self._objects.values() if one.start >= 0 and _PACKED.search(one.facts)]:
            self._unpack(one)

    def _cut(self, start: int, end: int) -> _Object:
        stream = _STREAM.search(self._data, start, end)
        if stream is None:
            return _Object(self._data[start:end])
        last = self._data.find(b"endstream", stream.end())
        return _Object(self._data[start : stream.start()], stream.end(), last if last >= 0 else len(self._data))

    def _unpack(self, holder: _Object) -> None:
        text, first = self._stream(holder), _FIRST.search(holder.facts)
        at = int(first[1]) if first else 0
        numbers = [int(one) for one in re.findall(rb"\d{1,10}", text[:at])]
        places = [*numbers[1::2], len(text) - at]
        for number, start, end in zip(numbers[::2], places, places[1:], strict=False):
            self._objects.setdefault(number, _Object(text[at + start : at + end]))

    def _stream(self, one: _Object, most: int | None = None) -> bytes:
        """Return what a stream holds, the first of it; nothing where it is packed in a way that text is not."""
        self._visit.budget.check_time()
        most = self._most if most is None else most
        packed = self._data[one.start : one.end] if one.start >= 0 else b""
        filters = _FILTER.search(one.facts)
        for name in re.findall(rb"\w+", (filters[1] or filters[2]) if filters else b""):
            unpack = _FILTERS.get(name)
            if unpack is None:
                return b""
            packed = unpack(packed, most + 1)
        self._visit.budget.spend(len(packed))
        if len(packed) > most and not self._is_cut:
            self._is_cut = True
            self._visit.budget.note(
                self._path, f"a page holds more than {words(self._most)}; the rest of such was not read"
            )
        return packed[:most]

    # --- pages

    def pages(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the pages that hold text, with their numbers."""
        for number, page in enumerate(self._in_order(), 1):
            facts = self._objects[page].facts
            fonts = self._fonts_of(facts)
            contents = self._referred(facts, b"Contents")
            self._read.update(contents)
            if lines := pdfshown.lines(self._content(contents), fonts):
                yield number, lines

    def _content(self, numbers: list[int]) -> bytes:
        """Return what a page shows, each part of it once."""
        parts, left = list[bytes](), self._most
        for number in dict.fromkeys(numbers):
            if number in self._objects:
                parts.append(self._stream(self._objects[number], left))
                left -= len(parts[-1])
        return b"\n".join(parts)

    def rest(self) -> list[str]:
        """Return the text of what no page refers to: parts of pages, and pages of a damaged file."""
        lines: list[str] = []
        for number, one in self._objects.items():
            if number not in self._read and one.start >= 0 and not _NO_TEXT.search(one.facts):
                text = self._stream(one)
                if b"Tj" in text or b"TJ" in text or b"'" in text:
                    lines += pdfshown.lines(text, self._fonts_of(one.facts))
        return lines

    def _in_order(self) -> Iterator[int]:
        roots = [n for n, one in self._objects.items() if _PAGES.search(one.facts) and b"/Parent" not in one.facts]
        seen: set[int] = set()
        for root in roots:
            yield from self._below(root, seen, 0)
        yield from (n for n, one in self._objects.items() if n not in seen and _PAGE.search(one.facts))

    def _below(self, number: int, seen: set[int], depth: int) -> Iterator[int]:
        one = self._objects.get(number)
        if one is None or number in seen or depth > _DEEPEST:
            return
        seen.add(number)
        if _PAGE.search(one.facts):
            yield number
        for kid in self._referred(one.facts, b"Kids"):
            yield from self._below(kid, seen, depth + 1)

    def _referred(self, facts: bytes, key: bytes) -> list[int]:
        """Return the objects that a key refers to, one or a list of them."""
        found = re.search(rb"/%b\s*(?:\[([^\]]*)\]|(\d+\s+\d+\s+R\b))" % key, facts)
        if found is None:
            return []
        numbers = [int(number) for number in _REFERENCE.findall(found[1] or found[2])]
        if found[2] and (listed := self._objects.get(numbers[0])) and listed.facts.lstrip()[:1] == b"[":
            return [int(number) for number in _REFERENCE.findall(listed.facts)]
        return numbers

    def _fonts_of(self, facts: bytes, depth: int = 0) -> dict[bytes, Font]:
        """Return the fonts of a page by their names in it; what it does not say, what is above it does."""
        resources = [self._objects[one].facts for one in self._referred(facts, b"Resources") if one in self._objects]
        for text in (facts, *resources):
            listed = re.search(rb"/Font\s*(?:<<(.*?)>>|(\d+)\s+\d+\s+R\b)", text, re.DOTALL)
            if listed is not None:
                held = self._objects.get(int(listed[2])) if listed[2] else None
                return {
                    name: self._font(int(one)) for name, one in _FONT.findall(held.facts if held else listed[1] or b"")
                }
        above = self._referred(facts, b"Parent") if depth < _DEEPEST else []
        return self._fonts_of(self._objects[above[0]].facts, depth + 1) if above and above[0] in self._objects else {}

    def _font(self, number: int) -> Font:
        if number not in self._fonts:
            font = self._objects.get(number)
            told = self._referred(font.facts, b"ToUnicode") if font else []
            self._read.update(told)
            cmap = self._stream(self._objects[told[0]]) if told and told[0] in self._objects else b""
            self._fonts[number] = Font(cmap)
        return self._fonts[number]


def _inflated(data: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, most)
    except zlib.error:
        return b""


def _of_ascii85(data: bytes, _: int) -> bytes:
    digits = b"".join(data.split()).partition(b"~>")[0].removeprefix(b"<~")
    try:
        return base64.a85decode(digits)
    except ValueError:
        return b""


def _of_hex(data: bytes, _: int) -> bytes:
    digits = re.sub(rb"[^0-9a-fA-F]", b"", data.partition(b">")[0])
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


_FILTERS: dict[bytes, Callable[[bytes, int], bytes]] = {
    b"FlateDecode": _inflated, b"Fl": _inflated, b"ASCII85Decode": _of_ascii85, b"A85": _of_ascii85,
    b"ASCIIHexDecode": _of_hex, b"AHx": _of_hex,
}  # fmt: skip
