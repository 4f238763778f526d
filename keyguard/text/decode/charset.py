"""From a blob's bytes to text: what a byte order mark or zero bytes say of the encoding, and what is no text at all.

Credentials are ASCII, but their names may not be. Where a text is no UTF-8, older encodings are told by what it says,
GB18030, Big5 and Latin-1 by which bytes are common in it too; else any byte above ASCII is one character.
"""

from __future__ import annotations

import codecs

from keyguard.expressions import expression

SNIFF = 8192  # bytes in which text has no zero byte
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Mostly ASCII without a mark: the bytes of a unit, the one that is never zero, and those that nearly always are.
_UNMARKED = (
    (4, 0, (2, 3), "utf-32-le"),
    (4, 3, (0, 1), "utf-32-be"),
    (2, 0, (1,), "utf-16-le"),
    (2, 1, (0,), "utf-16-be"),
)
_DECLARED = expression(rb"(?i)(?:coding|charset)[:=][ \t]*[\"']?([-\w.]+)")
_WIDE = frozenset("gbk gb2312 gb18030 cp936 big5 cp950 shift_jis shift-jis sjis cp932 euc-jp euc-kr cp949".split())
# Pairs of bytes that write characters in daily use, and punctuation: nine in ten of a text's pairs are among them.
_GB = expression(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")
_BIG5 = expression(rb"(?:[\xa1-\xa2]|[\xa4-\xc6])[\x40-\x7e\xa1-\xfe]")
_PAIR = expression(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_UTF8 = expression(rb"[\xc3-\xf4][\x80-\xbf]+")
_LETTERS = expression(rb"(?<![\x80-\xff])[\xa1\xbf-\xff](?![\x80-\xff])")
_HIGH = bytes(range(128))
_SHARE = 0.9


class Decoder:
    """Turns the pieces of one blob into UTF-8, where they are not already; one for each blob."""

    def __init__(self) -> None:
        self._incremental: codecs.IncrementalDecoder | None = None
        self._begun = False

    def utf8(self, piece: bytes) -> bytes | None:
        """Return a piece as UTF-8 (bytes that are none stay as they are), or None for what is no text."""
        if not self._begun:
            self._begun = True
            name = encoding(piece)
            if name == "binary":
                return None
            if name == "utf-8" and not piece.isascii():
                name = _declared(piece)
            if name != "utf-8":
                self._incremental = codecs.getincrementaldecoder(name)("replace")
            elif piece.startswith(codecs.BOM_UTF8):
                return piece[len(codecs.BOM_UTF8) :]
            elif (older := _legacy(piece)) is not None:
                self._incremental = codecs.getincrementaldecoder(older)("surrogateescape")
        if self._incremental is None:
            return piece
        return self._incremental.decode(piece).encode("utf-8", "surrogateescape")


def encoding(data: bytes) -> str:
    """Tell the encoding of a text by its first bytes: 'utf-8' for all that extends ASCII, or 'binary'."""
    head = data[:SNIFF]
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if b"\0" not in head:
        return "utf-8"
    for unit, sign, zeros, name in _UNMARKED:
        lanes = [head[lane::unit] for lane in range(unit)]
        mostly_zero = all(lanes[lane].count(0) > 0.9 * len(lanes[lane]) for lane in zeros)
        if len(head) >= 2 * unit and b"\0" not in lanes[sign] and mostly_zero:
            return name
    return "binary"


def _declared(data: bytes) -> str:
    """Return the encoding that a text declares, where it is none that extends ASCII byte by byte; else 'utf-8'."""
    found = _DECLARED.search(data[:1024])
    name = found[1].decode().lower() if found else ""
    if name not in _WIDE:
        return "utf-8"
    try:
        data[:SNIFF].decode("utf-8")
    except UnicodeDecodeError as error:
        return name if error.start < len(data[:SNIFF]) - 3 else "utf-8"
    return "utf-8"


def _legacy(piece: bytes) -> str | None:
    """Tell an encoding older than UTF-8 by the bytes that are common in it; None for what is none of these."""
    if piece.isascii() or _is_utf8(piece):
        return None
    high = len(piece.translate(None, _HIGH))
    pairs = len(_PAIR.findall(piece))
    simplified, traditional = len(_GB.findall(piece)), len(_BIG5.findall(piece))
    if pairs and max(simplified, traditional) >= _SHARE * pairs and 2 * pairs >= _SHARE * high:
        return "gb18030" if simplified >= traditional else "big5hkscs"
    if not _UTF8.search(piece) and len(_LETTERS.findall(piece)) >= _SHARE * high:
        return "latin-1"
    return None


def _is_utf8(piece: bytes) -> bool:
    try:
        piece.decode()
    except UnicodeDecodeError as error:
        return error.end == len(piece) and error.reason == "unexpected end of data"  # a character that was cut
    return True


def text(data: bytes) -> str:
    """Return UTF-8 bytes as text; a byte that is not UTF-8 becomes one surrogate, so that columns stay true."""
    return data.decode("utf-8", "surrogateescape")
