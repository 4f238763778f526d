"""PDF: the text of its pages where it is written as text; fonts with numbers of their own are not followed."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from keyguard.text.decode.view import View, lines_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit

_STREAM = re.compile(rb"<<((?:(?!stream|endobj).){0,4000})>>\s*stream\r?\n", re.DOTALL)
_SHOWN = re.compile(
    rb"\[((?:\((?:[^()\\]|\\.|\([^()]*\))*\)|<[0-9a-fA-F\s]*>|[^\]()<])*)\]\s*TJ|(\((?:[^()\\]|\\.|\([^()]*\))*\)|<[0-9a-fA-F\s]*>)\s*(?:Tj|'|\")"
    rb"|(T\*|Td|TD|Tm|ET)(?![A-Za-z])",
    re.DOTALL,
)
_PIECE = re.compile(rb"\(((?:[^()\\]|\\.|\([^()]*\))*)\)|<([0-9a-fA-F\s]*)>|(-?\d+(?:\.\d+)?)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b""}
_GAP = -200  # thousandths of the font's size, from which on a shift is a space


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the text, page after page; a line of it is a line of the view."""
    data = body.whole()
    with visit.budget.holding(2 * len(data)):
        if b"/Encrypt" in data:
            visit.budget.note(path, "it is encrypted")
            return
        lines: list[str] = []
        for found in _STREAM.finditer(data):
            visit.budget.check_time()
            if b"/Image" not in found[1] and b"/FontFile" not in found[1]:
                lines += _lines(_unpacked(visit, data, found.end(), found[1]))
        if lines:
            yield View(path, ["\n".join(lines).encode("utf-8", "replace")], via, ".txt", lines_back([1] * len(lines)))


def _unpacked(visit: Visit, data: bytes, start: int, facts: bytes) -> bytes:
    end = data.find(b"endstream", start)
    packed = data[start : end if end >= 0 else len(data)]
    if b"FlateDecode" not in facts:
        return packed if b"Filter" not in facts else b""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, visit.budget.limits.entry)
    except zlib.error:
        return b""
    visit.budget.spend(len(text))
    return text


def _lines(content: bytes) -> list[str]:
    if b"Tj" not in content and b"TJ" not in content and b"'" not in content:
        return []
    lines, line = list[str](), ""
    for token in _SHOWN.finditer(content):
        if token[3]:
            if line and token[3] != b"ET":
                lines.append(line)
                line = ""
            continue
        for text, digits, shift in _PIECE.findall(token[1] if token[1] is not None else token[2]):
            if shift:
                line += " " if float(shift) < _GAP else ""
            else:
                line += _shown(_unescaped(text) if text or not digits else _of_hex(digits))
    return [*lines, line]


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


def _shown(data: bytes) -> str:
    if data.startswith(b"\xfe\xff"):
        return data[2:].decode("utf-16-be", "replace")
    return data.decode("cp1252", "replace")
