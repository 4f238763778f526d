"""Mails and mailboxes: quoted-printable undone in place, so that lines stay those of the file; attachments opened."""

from __future__ import annotations

import binascii
import html
import re
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keyguard.text.decode import body as bodies
from keyguard.text.decode.view import View, lines_back

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.budget import Budget
    from keyguard.text.decode.open import Visit

_PARAMETER = re.compile(r"""(?i)(?<![\w-])(boundary|charset|(?:file)?name)\*?=(?:"([^"\r\n]*)"|([^\s;"]+))""")
_BOUNDARIES = 100
_HEADERS = 2_000  # lines of them
_HTML = 1 << 20  # bytes of a body in HTML, with what lists of its lines take, that are read together
_BREAK = re.compile(rb"(?i)<(?:br|/p|/div|/tr|/li|/h\d|/pre)\b[^<>]{0,200}>")
_ROW = re.compile(rb"(?i)<tr\b[^<>\n]{0,200}>((?:(?!<tr\b|</tr)[^\n]){0,20000})</tr\s{0,9}>")  # that is one line
_CELL = re.compile(rb"(?i)</t[dh]\s{0,9}>")
_ENCODED_WORD = re.compile(rb"=\?([\w-]{1,40})(?:\*[\w-]{1,40})?\?([bBqQ])\?([^?\s]{0,2000})\?=")
_BETWEEN_WORDS = re.compile(rb"(?<=\?=)[ \t]+(?==\?)")
_TAG = re.compile(rb"<[/!a-zA-Z][^<>]{0,2000}>")


@dataclass
class _Part:
    """What the headers of one part say."""

    encoding: str = ""
    charset: str = "utf-8"
    name: str = ""
    kind: str = "text/plain"
    packed: bytearray = field(default_factory=bytearray)  # base64


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the text with what stands in it as text, then every part that was packed."""
    data = body.whole()
    with visit.budget.holding(len(data)):
        message = _Message(visit.budget.limits.entries)
        message.read(_lines(data, visit.budget))
        said = (*via, "quoted-printable") if message.quoted else via
        yield View(path, [bytes(message.text)], said, "", lines_back(message.numbers))
        for number, part in enumerate(message.packed, 1):
            unpacked = _of_base64(bytes(part.packed))
            name = part.name or f"part {number}{'.html' if part.kind == 'text/html' else ''}"
            if part.kind.startswith("text/"):
                unpacked = _utf8(unpacked, part.charset)
                unpacked = b"\n".join(shown for _, shown in of_html(unpacked)) if part.kind == "text/html" else unpacked
            inner = bodies.of_bytes(unpacked, visit.budget, len(unpacked))
            yield from visit.inside(inner, path, name, (*via, "base64"))


class _Message:
    """Goes over the lines once: headers, bodies and what separates them."""

    def __init__(self, parts: int) -> None:
        self._parts = parts  # that are kept at most
        self.text = bytearray()
        self.numbers = array("I")  # of each line of it, that of the source
        self.packed: list[_Part] = []
        self.quoted = False
        self._html: list[tuple[int, bytes]] = []  # lines of a body that is being read, with their numbers
        self._html_size = 0
        self._boundaries: dict[bytes, None] = {}

    def read(self, lines: Iterable[bytes]) -> None:
        """Read all of it."""
        part, headers, joined = _Part(), list[bytes](), bytearray()
        in_headers = True
        first = 0
        for number, raw in enumerate(lines, 1):
            line = raw.rstrip(b"\r")
            if self._separates(line, in_headers=in_headers):
                self._keep(joined, first, part)
                part, headers, joined, in_headers = _Part(), [], bytearray(), True
                self._add(line, number)
            elif in_headers:
                self._header(line, number, goes_on=bool(headers) and headers[-1].endswith(b"?="))
                if line:
                    headers += [line][: _HEADERS - len(headers)]
                elif headers:
                    part, in_headers = self._part(headers), False
            elif part.encoding == "base64":
                if not part.packed and line and len(self.packed) <= self._parts:
                    self.packed.append(part)
                part.packed += line
            elif part.encoding == "quoted-printable":
                first = first if joined else number
                self.quoted = self.quoted or b"=" in line
                joined += binascii.a2b_qp(line)
                if not line.endswith(b"="):
                    self._keep(joined, first, part, empty=True)
                    joined = bytearray()
            else:
                in_headers = part.kind == "message/rfc822"
                part, headers = (_Part(), [line]) if in_headers and line else (part, headers)
                self._body(line, number, part)
        self._keep(joined, first, part)
        self._show()

    def _show(self) -> None:
        """Take over what a body in HTML shows."""
        if self._html:
            numbers, raw = zip(*self._html, strict=True)
            self._html, self._html_size = [], 0
            for at, shown in of_html(b"\n".join(raw)):
                self._add(shown, numbers[at])

    def _add(self, line: bytes, number: int) -> None:
        self._show()
        self.text += b"\n" + line if self.numbers else line
        self.numbers.append(number)

    def _header(self, line: bytes, number: int, *, goes_on: bool) -> None:
        """Take over a header's line with the words in it that stand encoded, which are one with those above."""
        shown = _ENCODED_WORD.sub(_of_word, _BETWEEN_WORDS.sub(b"", line)) if b"=?" in line else line
        if goes_on and line[:1] in b" \t" and line.lstrip().startswith(b"=?"):
            self.text += shown.lstrip()
        else:
            self._add(shown, number)

    def _keep(self, joined: bytearray, number: int, part: _Part, *, empty: bool = False) -> None:
        if joined or empty:
            self._body(_utf8(bytes(joined), part.charset).replace(b"\n", b" "), number, part)

    def _body(self, line: bytes, number: int, part: _Part) -> None:
        if part.kind == "text/html":
            self._html += ((number, piece) for piece in line.split(b"\n"))
            self._html_size += 100 + len(line)
            if self._html_size > _HTML:
                self._show()
        else:
            self._add(line, number)

    def _separates(self, line: bytes, *, in_headers: bool) -> bool:
        if line.startswith(b"--"):
            return line.rstrip() in self._boundaries or line.rstrip().removesuffix(b"--") in self._boundaries
        return not in_headers and line.startswith(b"From ") and line[-4:].isdigit()

    def _part(self, lines: list[bytes]) -> _Part:
        part = _Part()
        text = re.sub(r"\n[ \t]+", " ", b"\n".join(lines).decode("utf-8", "replace"))
        for line in text.split("\n"):
            name, _, value = line.partition(":")
            if name.lower() == "content-transfer-encoding":
                part.encoding = value.strip().lower()
            elif name.lower() in {"content-type", "content-disposition"}:
                if name.lower() == "content-type":
                    part.kind = value.partition(";")[0].strip().lower()
                for key, quoted, plain in _PARAMETER.findall(value):
                    self._set(part, key.lower(), quoted or plain)
        return part

    def _set(self, part: _Part, key: str, value: str) -> None:
        if key == "boundary" and len(self._boundaries) < _BOUNDARIES:
            self._boundaries[b"--" + value.encode()] = None
        elif key == "charset":
            part.charset = value
        elif key in {"name", "filename"}:
            part.name = value.rpartition("''")[2]


def _lines(data: bytes, budget: Budget) -> Iterator[bytes]:
    end, place = b"\n" if b"\n" in data else b"\r", 0  # as old Macs wrote them
    while (found := data.find(end, place)) >= 0:
        budget.check_time()
        yield data[place:found]
        place = found + 1
    yield data[place:]


def of_html(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that a reader of the mail sees, each with that of the source; a row of a table is one."""
    last, line = 0, 0
    for row in _ROW.finditer(data):
        yield from _shown(data[last : row.start()], line)
        line += data.count(b"\n", last, row.start())
        cells = (_text(_BREAK.sub(b" ", cell)).strip() for cell in _CELL.split(row[1]))
        yield line, b"| " + b" | ".join(cells)
        last = row.end()
    yield from _shown(data[last:], line)


def _shown(data: bytes, line: int) -> Iterator[tuple[int, bytes]]:
    for number, raw in enumerate(data.split(b"\n"), line):
        for shown in _text(_CELL.sub(b"\t", _BREAK.sub(b"\n", raw))).split(b"\n"):
            yield number, shown


def _text(data: bytes) -> bytes:
    text = _TAG.sub(b"", data)
    return html.unescape(text.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _of_word(found: re.Match[bytes]) -> bytes:
    charset, how, text = found.groups()
    packed = how in b"bB"
    plain = _of_base64(text) if packed else binascii.a2b_qp(text.replace(b"_", b" "), header=True)
    return _utf8(plain, charset.decode()).replace(b"\r", b"").replace(b"\n", b" ")


def _of_base64(data: bytes) -> bytes:
    try:
        return binascii.a2b_base64(data)
    except ValueError:
        return binascii.a2b_base64(data[: len(data) // 4 * 4]) if len(data) % 4 else b""


def _utf8(data: bytes, charset: str) -> bytes:
    try:
        return data.decode(charset).encode("utf-8")
    except (LookupError, ValueError):
        return data
