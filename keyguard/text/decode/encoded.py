"""Documents that stand in a text as base64, hex or base32: a .env in a Secret, a data URI, a decode call's literal.

Single values in base64 are known by their shape where they stand (`part.base64` of a pack). Here it is about texts of
several words, in which names and values are read like in any other. Only texts that pass the gates' outer row are
looked through, which knows what a key looks like in base64 wherever in the packed text it begins.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import replace
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from keyguard.expressions import expression
from keyguard.model import Region
from keyguard.text.decode import charset
from keyguard.text.decode.body import of_bytes
from keyguard.text.decode.budget import words
from keyguard.text.decode.kinds import BINARY, Kind, kind_of
from keyguard.text.decode.stream import UNNAMED
from keyguard.text.decode.view import INSIDE, View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import Back

KEPT = 16 << 20  # bytes of a text that are looked through
LEVELS = 3
_RUNS = 2_000  # of one text
_SHORT = 256  # signs; a run that is longer is decoded each time
_ZLIB = Kind("zlib", "deflated")
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
# The second as in a string of JSON, the third from one literal to the next.
_NEXT_LINE = rb"(?:(?:\r\n?|\n)[ \t]*|(?:\\r)?\\n|[\"'][ \t]{0,4}[+.&\\]?[ \t]{0,4}\r?\n[ \t]*[bBrRuU]{0,2}[\"'])"
LONG = "[0-9A-Za-z+/]{56}"
"""What WRAPPED cannot do without; Hyperscan looks for it, beside other things, four times as fast."""

WRAPPED = r"[0-9A-Za-z+/]{56,76}(?:\r?\n[ \t]*|[\"'][ \t+.&\\]{0,9}\r?\n[ \t]*[bBrRuU]{0,2}[\"'])[0-9A-Za-z+/]{16}"
"""What a text holds at the least in which something stands in base64 over several lines."""
_UTF_16 = "[0-9A-Za-z+/][AQgw][AB][0-9A-Za-z+/]A[A-H][AEIMQUYcgkosw048]A"  # four characters of ASCII
_HEADS = "H4sI|SDRzSU|UEsDB|VUVzRE|eJ[w-z]|eN[o-r]"
_INFLATED = r"[iI]nflate(?:Raw)?(?:Sync)?\([\w.:\\]{0,30}\([\"']"
PACKED = rf"(?:(?:^|[^0-9A-Za-z+/])(?:{_HEADS})|{_INFLATED})[0-9A-Za-z+/]{{40}}|(?:^|[^0-9A-Za-z+/])(?:{_UTF_16}){{6}}"
"""How gzip, zip, zlib and UTF-16 begin in base64, the first two also in base64 twice, as Helm keeps its releases.

What a key looks like in there nobody knows.
"""

RUN = expression(
    rb"(?:(?<![0-9A-Za-z+/_\\-])|(?<=\\[nrt]))(?:"
    rb"(?P<hex>(?:[0-9a-f]{2}){40,}|(?:[0-9A-F]{2}){40,})"
    rb"|(?P<base32>[A-Z2-7]{64,}={0,6})"
    rb"|(?P<base64>[0-9A-Za-z+/_-]{32,}(?:%b[0-9A-Za-z+/]{16,})*(?:%b[0-9A-Za-z+/]{1,15})?={0,2})"
    rb")(?![0-9A-Za-z+/_-])" % (_NEXT_LINE, _NEXT_LINE)
)
_DATA = expression(  # a data: address that is not in base64
    rb"data:(?:[\w.+-]{1,40}/[\w.+-]{1,80})?(?:;[\w.+-]{1,40}=[\w.+-]{1,60}){0,4},(?P<text>[^\s\"'<>()\\]{32,})"
)
_INFLATES = expression(rb"(?i:inflate(?:raw)?(?:sync)?)\(\s*[\w.:\\]{0,30}\(\s*[\"']\Z")
_PERCENTS = "percent-encoding"
_SIGNS = _ALPHABET + b"_-"
_FLAT = bytes(ord("a") if sign in _SIGNS else ord(" ") for sign in range(256))
_LEAST = b"a" * 32  # where a run begins, once each sign is written as "a"
_ALPHABET_32 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BREAK = expression(rb"[\"'][^0-9A-Za-z]*[bBrRuU]{0,2}[\"']|\s+|\\[rn]")
_ASSIGNMENT = expression(rb"(?:\s*(?:[#;][^\n]*|\[[^\]\n]*\][ \t]*)\n)*\s*(?:export\s+)?[\w.]+\s*=")
_WORDS = expression(rb"[\s:=,\"'{<&]")
_TEXT = bytes(set(range(32, 256)) | {9, 10, 13})


class Kept:
    """Pieces on their way to a reader, of which the first are kept."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._kept: list[bytes] = []

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._pieces:
            if size < KEPT:
                self._kept.append(piece)
            size += len(piece)
            yield piece

    @property
    def head(self) -> bytes:
        """The first of them."""
        return self._kept[0][:256] if self._kept else b""

    def text(self) -> bytes:
        """Return what was kept as UTF-8, as the reader has it."""
        decoder = charset.Decoder()
        return b"".join(decoder.utf8(piece) or b"" for piece in self._kept)


def is_encoded(head: bytes) -> bool:
    """Say whether a text is nothing but base64, which no gate looks into over the ends of its lines."""
    return len(head) >= 64 and not head[:256].translate(None, _ALPHABET + b"\r\n=")


def documents(visit: Visit, view: View, data: bytes) -> Iterator[View]:
    """Yield the documents that stand in a view's text."""
    for number, (kind, spans) in enumerate(_written(data)):
        if number == _RUNS:
            visit.budget.note(view.path, f"it holds more than {_RUNS:,} encoded values; the rest was not decoded")
            return
        for span in spans:
            written = data[slice(*span)]
            decoded = (_short if len(written) <= _SHORT else _decoded)(kind, written)
            if kind == "deflate" and len(decoded) >= KEPT:
                visit.budget.note(view.path, f"what is packed in it is larger than {words(KEPT)}")
            if decoded:
                yield from _views(visit, view, decoded, kind, _back(data, span, view.back))
                break


def _written(data: bytes) -> Iterator[tuple[str, Iterable[tuple[int, int]]]]:
    """Yield what may be encoded: how, and which spans may be the whole of it."""
    for run in runs(data):
        how = "deflate" if _INFLATES.search(data, max(run.start() - 64, 0), run.start()) else run.lastgroup or ""
        yield how, _spans(run)
    for address in _DATA.finditer(data):
        if b"%" in address["text"]:
            yield _PERCENTS, [address.span("text")]


def _decoded(kind: str, written: bytes) -> bytes:
    """Return what a run stands for, where it is a text or a container; nothing for all that is random, as most are."""
    decoded = _in_utf8(_DECODE[kind](_BREAK.sub(b"", written)))
    return decoded if len(decoded) >= 16 and _is_something(decoded) else b""


_short = lru_cache(maxsize=8192)(_decoded)  # the versions of a file hold the same ids and digests


def runs(data: bytes) -> Iterator[re.Match[bytes]]:
    """Yield the matches of `RUN`, twenty times sooner: it is tried only where enough signs stand in a row."""
    flat = data.translate(_FLAT) + b" "
    end = 0
    while (start := flat.find(_LEAST, end)) >= 0:
        run = RUN.match(data, start) or RUN.match(data, start + 1)  # or behind the letter of an escape
        if run:
            yield run
        end = run.end() if run else flat.find(b" ", start)


def _spans(run: re.Match[bytes]) -> Iterator[tuple[int, int]]:
    """Yield which lines may be one encoded text: all of a run, and the first, since a word may stand below it."""
    yield run.span()
    if (end := run[0].find(b"\n")) >= 0:
        yield run.start(), run.start() + len(run[0][:end].rstrip())


def _is_something(decoded: bytes) -> bool:
    """Say whether bytes are a text or a container."""
    kind = kind_of(decoded[: charset.SNIFF], "")
    return _is_zlib(decoded) or (kind is not None and kind is not BINARY) or (kind is None and _is_document(decoded))


def _views(visit: Visit, view: View, decoded: bytes, name: str, back: Back) -> Iterator[View]:
    kind = _ZLIB if _is_zlib(decoded) else kind_of(decoded[: charset.SNIFF], "")
    via = (*view.via, name)
    if kind is not None:
        visit.budget.begin()
        body = of_bytes(decoded, visit.budget, len(decoded))
        for inner in (
            kind.open(visit, body, view.path, (*via, kind.name))
            if kind is _ZLIB
            else visit.member(body, view.path, via)
        ):
            yield _at_its_place(inner, view.path, back)
    else:
        yield View(view.path, [decoded], via, _notation(decoded), back)


def _is_document(data: bytes) -> bool:
    """Say whether bytes are a text of several words, or an encoded one in their turn."""
    if data.translate(None, _TEXT) or not _is_utf8(data):
        return False
    return _WORDS.search(data.strip()) is not None or is_encoded(data)


def _is_zlib(data: bytes) -> bool:
    """Tell a stream of zlib's by its head, and by what comes out first: one number in a thousand has such a head."""
    if data[:1] != b"\x78" or int.from_bytes(data[:2], "big") % 31:
        return False
    try:
        return bool(zlib.decompressobj().decompress(data, 64))
    except zlib.error:
        return False


def _at_its_place(inner: View, path: str, back: Back) -> View:
    """Place a text that was packed alone where it stands encoded: it is no file in an archive."""
    if inner.path != path + INSIDE + UNNAMED:
        return inner
    pieces = iter(inner.pieces)
    first = next(pieces, b"")
    return replace(inner, path=path, pieces=chain([first], pieces), notation=_notation(first), back=back)


def _in_utf8(data: bytes) -> bytes:
    """Return a text of two or four bytes a character as UTF-8: what PowerShell takes as -EncodedCommand."""
    name = charset.encoding(data)
    return data if name in {"utf-8", "binary"} else data.decode(name, "replace").encode()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _notation(data: bytes) -> str:
    if _ASSIGNMENT.match(data):
        return ".env"
    return ".json" if data.lstrip()[:1] in {b"{", b"["} else ".txt"


def _back(data: bytes, span: tuple[int, int], outer: Back | None) -> Back:
    """Lead from anywhere in a decoded text to the whole encoded one."""

    def back(_: Region) -> tuple[Region, tuple[str, ...]]:
        (line, column), (end_line, end_column) = (_position(data, offset) for offset in span)
        region = Region(line, column, end_line, end_column)
        return outer(region) if outer else (region, ())

    return back


def _position(data: bytes, offset: int) -> tuple[int, int]:
    start = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, offset) + 1, len(charset.text(data[start:offset])) + 1


def _of_base64(data: bytes) -> bytes:
    data = data.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    if len(data) % 4 == 1:
        data = data[:-1]
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return b""


def _of_deflated(data: bytes) -> bytes:
    """Return what PHP's gzinflate(base64_decode("...")) gives; such a stream has no head that would tell it."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(_of_base64(data), KEPT)
    except zlib.error:
        return b""


def _of_base32(data: bytes) -> bytes:
    try:
        return base64.b32decode(data.rstrip(b"=") + b"=" * (-len(data.rstrip(b"=")) % 8))
    except binascii.Error:
        return b""


_DECODE: dict[str, Callable[[bytes], bytes]] = {
    "base64": _of_base64, "base32": _of_base32, "hex": lambda data: bytes.fromhex(data.decode()),
    _PERCENTS: unquote_to_bytes, "deflate": _of_deflated,
}  # fmt: skip


# --- what a gate looks for

_TOKEN = expression(
    r"\[(?P<set>[0-9A-Za-z-]+)\]|(?P<open>\(\?:)|(?P<close>\))|\{(?P<times>\d+)\}|(?P<sign>[0-9A-Za-z_-])"
)


@cache
def base64_shapes(shape: str) -> tuple[str, ...]:
    """Return what a value of a shape looks like within base64, for each of the three places where it may begin.

    Only shapes of a fixed length, made of sets, signs and counted groups, have such an answer.
    """
    signs = _signs(shape)
    return tuple(_shape([frozenset(range(256))] * before + signs) for before in range(3)) if signs else ()


@cache
def coded_shapes(shape: str) -> tuple[str, ...]:
    """Return what a value of a shape looks like by itself in hex, in base32, and in base64 twice."""
    signs = _signs(shape)
    if not signs:
        return ()
    once = [frozenset(_ALPHABET[number] for number in numbers) for numbers in _numbers(signs, 6)]
    nibbles = "".join(f"[{digits}{digits.upper()}]" for digits in map(_hex_digits, _numbers(signs, 4)))
    return nibbles, _pattern(_numbers(signs, 5), _ALPHABET_32), _pattern(_numbers(once, 6), _ALPHABET)


def _hex_digits(numbers: Iterable[int]) -> str:
    return "".join(f"{number:x}" for number in sorted(numbers))


def _signs(shape: str) -> list[frozenset[int]]:
    groups: list[list[frozenset[int]]] = [[]]
    last: list[frozenset[int]] = []
    place = 0
    while place < len(shape):
        token = _TOKEN.match(shape, place)
        if token is None:
            return []
        place = token.end()
        if token["open"]:
            groups.append([])
            continue
        if token["times"]:
            groups[-1] += last * (int(token["times"]) - 1)
            continue
        if token["close"]:
            last = groups.pop()
        else:
            last = [_set(token["set"])] if token["set"] else [frozenset({ord(token["sign"])})]
        groups[-1] += last
    return groups[0]


def _set(text: str) -> frozenset[int]:
    ranges = re.findall(r"(.)-(.)|(.)", text)
    return frozenset(n for a, b, one in ranges for n in range(ord(a or one), ord(b or one) + 1))


def _shape(signs: list[frozenset[int]]) -> str:
    """Return the pattern of signs that begin at a multiple of three bytes."""
    return _pattern(_numbers(signs, 6), _ALPHABET)


def _numbers(signs: Sequence[frozenset[int]], width: int) -> list[set[int]]:
    """Return which numbers of so many bits the bytes make up; what is not known of the last is anything."""
    found: list[set[int]] = []
    for start in range(0, 8 * len(signs), width):
        at, before = divmod(start, 8)
        taken = min(8 - before, width)
        left = width - taken
        high = {sign >> (8 - before - taken) & ((1 << taken) - 1) for sign in signs[at]}
        behind = {sign >> (8 - left) for sign in signs[at + 1]} if at + 1 < len(signs) else set(range(1 << left))
        found.append({first << left | second for first in high for second in (behind if left else {0})})
    return found


def _pattern(numbers: list[set[int]], alphabet: bytes) -> str:
    """Return the pattern of numbers in an alphabet, without what may be anything at its ends."""
    found = [_class(one, alphabet) for one in numbers]
    while found and not found[0]:
        del found[0]
    while found and not found[-1]:
        del found[-1]
    return "".join(part or "[0-9A-Za-z+/]" for part in found)


def _class(numbers: set[int], alphabet: bytes) -> str:
    if len(numbers) == len(alphabet):
        return ""
    letters = "".join(chr(alphabet[number]) for number in sorted(numbers))
    return re.escape(letters) if len(letters) == 1 else f"[{letters}]"
