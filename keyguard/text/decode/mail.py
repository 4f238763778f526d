"""Mails and mailboxes: quoted-printable undone in place, so that lines stay those of the file; attachments opened."""

from __future__ import annotations

import binascii
import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keyguard.text.decode import body as bodies
from keyguard.text.decode.view import View, lines_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit

_PARAMETER = re.compile(r"""(?i)(?<![\w-])(boundary|charset|(?:file)?name)\*?=(?:"([^"\r\n]*)"|([^\s;"]+))""")
_BOUNDARIES = 100
_BREAK = re.compile(rb"(?i)<(?:br|/p|/div|/tr|/li|/h\d|/pre)\b[^<>]{0,200}>")
_CELL = re.compile(rb"(?i)</t[dh]\s{0,9}>|&nbsp;")
_TAG = re.compile(rb"<[/!a-zA-Z][^<>]{0,2000}>")


@dataclass
class _Part:
    """What the headers of one part say."""

    encoding: str = ""
    charset: str = "utf-8"
    name: str = ""
    kind: str = "text/plain"
    packed: list[bytes] = field(default_factory=list)  # lines of base64


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the text with what stands in it as text, then every part that was packed."""
    data = body.whole()
    with visit.budget.holding(len(data)):
        message = _Message(data.split(b"\n"))
        message.read()
        said = (*via, "quoted-printable") if message.quoted else via
        yield View(path, [b"\n".join(message.lines)], said, "", lines_back(message.numbers))
        for number, part in enumerate(message.packed, 1):
            unpacked = _of_base64(b"".join(part.packed))
            name = part.name or f"part {number}{'.html' if part.kind == 'text/html' else ''}"
            if part.kind.startswith("text/"):
                unpacked = _utf8(unpacked, part.charset)
                unpacked = _of_html(unpacked) if part.kind == "text/html" else unpacked
            inner = bodies.of_bytes(unpacked, visit.budget, len(unpacked))
            yield from visit.inside(inner, path, name, (*via, "base64"))


class _Message:
    """Goes over the lines once: headers, bodies and what separates them."""

    def __init__(self, lines: list[bytes]) -> None:
        self._source = lines
        self.lines: list[bytes] = []
        self.numbers: list[int] = []
        self.packed: list[_Part] = []
        self.quoted = False
        self._boundaries: dict[bytes, None] = {}

    def read(self) -> None:
        """Read all of it."""
        part, headers, joined = _Part(), list[bytes](), b""
        in_headers = True
        first = 0
        for number, raw in enumerate(self._source, 1):
            line = raw.rstrip(b"\r")
            if self._separates(line, in_headers=in_headers):
                self._keep(joined, first, part)
                part, headers, joined, in_headers = _Part(), [], b"", True
                self._add(line, number)
            elif in_headers:
                self._add(line, number)
                if line:
                    headers.append(line)
                elif headers:
                    part, in_headers = self._part(headers), False
            elif part.encoding == "base64":
                part.packed.append(line)
                if len(part.packed) == 1:
                    self.packed.append(part)
            elif part.encoding == "quoted-printable":
                first = first if joined else number
                self.quoted = self.quoted or b"=" in line
                joined += binascii.a2b_qp(line)
                if not line.endswith(b"="):
                    self._keep(joined, first, part, empty=True)
                    joined = b""
            else:
                in_headers = part.kind == "message/rfc822"
                part, headers = (_Part(), [line]) if in_headers and line else (part, headers)
                self._body(line, number, part)
        self._keep(joined, first, part)

    def _add(self, line: bytes, number: int) -> None:
        self.lines.append(line)
        self.numbers.append(number)

    def _keep(self, joined: bytes, number: int, part: _Part, *, empty: bool = False) -> None:
        if joined or empty:
            self._body(_utf8(joined, part.charset).replace(b"\n", b" "), number, part)

    def _body(self, line: bytes, number: int, part: _Part) -> None:
        for shown in _of_html(line).split(b"\n") if part.kind == "text/html" else [line]:
            self._add(shown, number)

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


def _of_html(data: bytes) -> bytes:
    """Return what a reader of the mail sees."""
    text = _TAG.sub(b"", _CELL.sub(b"\t", _BREAK.sub(b"\n", data)))
    return html.unescape(text.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


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
