"""What a page of a PDF shows: the operators of its content, and the characters that its fonts' numbers stand for.

Nothing is drawn. Where a line ends, and where a blank stands that was not written, is told by where the text is put.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_STRING = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\([^()]*\))*\))*\)|<[0-9a-fA-F\s]*>"
_NUMBER = rb"-?\d*\.?\d+"
_OPERATOR = re.compile(
    rb"\[(?P<array>(?:%b|[^\]()<])*)\]\s*TJ|(?P<string>%b)\s*(?:Tj|(?P<next>'|\"))"
    rb"|/(?P<font>[^\s/<>\[\]()]{1,64})\s+(?P<size>%b)\s+Tf"
    rb"|(?P<by>%b\s+%b)\s+T[dD](?![A-Za-z])|(?P<matrix>(?:%b\s+){6})Tm(?![A-Za-z])|(?P<line>T\*|BT)(?![A-Za-z])"
    % (_STRING, _STRING, _NUMBER, _NUMBER, _NUMBER, _NUMBER),
    re.DOTALL,
)
_PIECE = re.compile(rb"(?P<string>%b)|(?P<shift>%b)" % (_STRING, _NUMBER), re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b""}
_GAP = -200  # thousandths of the font's size, from which on a shift is a blank
_WIDEST = 0.75  # of the font's size: no character of a text is wider, taken over a few of them

_SPACE = re.compile(rb"begincodespacerange\s*<([0-9a-fA-F]+)>")
_ONE = re.compile(rb"<([0-9a-fA-F\s]+)>\s*<([0-9a-fA-F\s]+)>")
_RANGE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*(?:<([0-9a-fA-F\s]+)>|\[([^\]]*)\])")
_MOST_CODES = 70_000


class Font:
    """What a font's numbers stand for, as far as it says so."""

    def __init__(self, cmap: bytes = b"") -> None:
        space = _SPACE.search(cmap)
        self._width = len(space[1]) // 2 if space else 0
        self._signs: dict[int, str] = {}
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
            for code, signs in _ONE.findall(block):
                self._add(int(b"".join(code.split()), 16), _utf16(signs))
        for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
            for first, last, signs, listed in _RANGE.findall(block):
                self._add_range(int(first, 16), int(last, 16), signs, listed)

    def _add(self, code: int, signs: str) -> None:
        if len(self._signs) < _MOST_CODES:
            self._signs[code] = signs

    def _add_range(self, first: int, last: int, signs: bytes, listed: bytes) -> None:
        if listed:
            for number, one in enumerate(re.findall(rb"<([0-9a-fA-F\s]*)>", listed)):
                self._add(first + number, _utf16(one))
        elif start := _utf16(signs):
            for code in range(first, min(last, first + 0xFFFF) + 1):
                self._add(code, start[:-1] + chr(min(ord(start[-1]) + code - first, 0x10FFFF)))

    def text(self, data: bytes) -> str:
        """Return what a string shows."""
        if data.startswith(b"\xfe\xff"):
            return data[2:].decode("utf-16-be", "replace")
        if not self._signs:
            return data.decode("cp1252", "replace")
        width = self._width or 1
        codes = (int.from_bytes(data[at : at + width], "big") for at in range(0, len(data), width))
        return "".join(self._signs.get(code, "\ufffd") for code in codes)


PLAIN = Font()


@dataclass
class _Pen:
    """Where the next text is put, in the units of the page."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    length: int = 0  # of the line
    left: float = 0.0  # of the last text
    bottom: float = 0.0
    written: int = 0  # characters of the line when that began
    size: float = 12.0
    scale: float = 1.0
    falls: bool = False  # to the next line, unless it is put somewhere

    def write(self, text: str) -> None:
        """Go on with the line."""
        if self.falls:
            self.end()
        if text:
            self.line.append(text)
            self.length += len(text)

    def end(self) -> None:
        """End the line."""
        if self.line:
            self.lines.append("".join(self.line))
        self.line, self.length, self.written, self.falls = [], 0, 0, False

    def move(self, left: float, bottom: float, *, apart: bool = False) -> None:
        """Go to another place: on another line, or further on in this one, to a cell that stands apart."""
        if abs(bottom - self.bottom) > 0.3 * self.size * self.scale:
            self.end()
        elif apart or left - self.left > _WIDEST * self.size * self.scale * (self.length - self.written) + 1:
            self.write("\t" if self.line else "")
        self.left, self.bottom, self.written = left, bottom, self.length

    def shift(self, right: float, up: float) -> None:
        """Go on from where the line begins."""
        if self.falls:
            self.end()
        self.move(self.left + right * self.scale, self.bottom + up * self.scale)


def lines(content: bytes, fonts: dict[bytes, Font]) -> list[str]:
    """Return the lines of text that a content shows."""
    pen, font = _Pen(), PLAIN
    for found in _OPERATOR.finditer(content):
        if found["font"]:
            font, pen.size = fonts.get(found["font"], PLAIN), abs(float(found["size"])) or 12.0
        elif found["by"]:
            pen.shift(*map(float, found["by"].split()))
        elif found["matrix"]:
            a, b, _, _, left, bottom = map(float, found["matrix"].split())
            apart, pen.scale, pen.falls = pen.falls, abs(a) or abs(b) or 1.0, False
            pen.move(left, bottom, apart=apart)
        elif found["line"]:
            pen.falls = pen.falls or found["line"] == b"T*"
        else:
            if found["next"]:
                pen.end()
            pen.write(_shown(found["array"] if found["array"] is not None else found["string"], font))
    pen.end()
    return pen.lines


def _shown(written: bytes, font: Font) -> str:
    pieces: list[str] = []
    for piece in _PIECE.finditer(written):
        if piece["shift"]:
            pieces.append(" " if float(piece["shift"]) < _GAP else "")
        else:
            text = piece["string"]
            pieces.append(font.text(_unescaped(text[1:-1]) if text[:1] == b"(" else _of_hex(text[1:-1])))
    return "".join(pieces)


def _unescaped(text: bytes) -> bytes:
    def plain(found: re.Match[bytes]) -> bytes:
        sign = found[1]
        if sign.isdigit():
            return bytes([int(sign, 8) & 255])
        return _LETTERS.get(sign, b"" if sign.strip() == b"" else sign)

    return _ESCAPE.sub(plain, text)


def _of_hex(digits: bytes) -> bytes:
    digits = b"".join(digits.split())
    return bytes.fromhex((digits + b"0" if len(digits) % 2 else digits).decode())


def _utf16(digits: bytes) -> str:
    return _of_hex(digits).decode("utf-16-be", "replace")
