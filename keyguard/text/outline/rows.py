"""Finds rows that no name stands in: accounts one a line (`key:secret:passphrase`), and blocks of bare lines.

    key;secret;passphrase          <- a header, where there is one
    0f3c...;9A1B...;Harbor!57      one row: a frame with a cell for each value
    1d2e...;77C0...;Meadow%12

A row is told by its values: two long random ones with nothing but a delimiter between them, or with that delimiter on
both sides of what is between. What its cells are is for those to say who know a provider.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from keyguard.expressions import regex_expression
from keyguard.frozen import dataclass
from keyguard.text.outline.frames import Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LONG = regex_expression(
    r"(?<![0-9A-Za-z_+/])(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|(?:[A-Za-z]{1,4}_)?(?=[A-Za-z]*\d)[0-9A-Za-z]{20,200}(?:[+/][0-9A-Za-z+/]{0,200})?={0,2})(?![0-9A-Za-z_])"
)
_UUID = regex_expression(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}")
_HEX = regex_expression(r"[0-9a-fA-F]+")
_DELIMITER = r"-{2,6}|[|;,:~/#*+&^]{1,2}|\t|\ {1,8}"
_QUOTE = r"[\"'`]?"
_GAP = regex_expression(
    rf"{_QUOTE}[ ]*?({_DELIMITER})[ ]*{_QUOTE}"
    rf"|{_QUOTE}[ ]*({_DELIMITER})[ ]*(?P<inner>[^\s=][^\n]{{0,100}}?)[ ]*\2[ ]*{_QUOTE}"
)
_LEAD = regex_expression(r"[ \t]*(?:(?:#+|//|[-*+>]|\d{1,4}[.)])[ \t]+)*[\"'`]?")
_NAMES = regex_expression(r"=|://")
_ADDRESS = regex_expression(r"\b(?:https?|socks[45]h?)://[^\s|;,]*")  # of a proxy, as accounts have one each
_TRAILING = regex_expression(r"[ \t]+(?:#|//)[ \t]")
_PARTED = regex_expression(r"[\s,;|]+\Z")
_REMARK = regex_expression(r"[ \t]*(?:#|//|--|;)?[ \t]*")
_BARE = regex_expression(r"[ \t]*(?P<cell>[^\s=<>{}()\[\]]{4,200}?)[,;]?[ \t\r]*")
_ITEM = regex_expression(r"[^\s,;|\"'`\[\]]{4,200}")
_ASSIGNS = regex_expression(r"(?m)^[ \t]*(?:export[ \t]+)?[A-Za-z_][\w.\-]*=[^\s=]")
_MOST_ITEMS = 200
_MOST_CELLS = 12
_MOST_WORDS = 5  # cells that blanks part
_MOST_LINES = 8  # of one block


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, what names them, and where it ends."""

    cells: tuple[Token, ...]
    header: tuple[str, ...]
    end: int


def is_row(text: str) -> bool:
    """Say whether a string holds a row or several."""
    return bool(_cuts(text, 0, len(text)))


def rows(text: str, start: int, end: int) -> dict[int, list[Row]]:
    """Return the rows of a text by where their lines begin."""
    if not _may_hold(text, start, end):
        return {}
    lines = list(_lines(text, start, end))
    found: dict[int, list[Row]] = {}
    above = ""
    header: tuple[str, ...] = ()
    for first, last in lines:
        cuts = _cuts(text, first, last)
        if not cuts:
            above, header = text[first:last].strip(), ()
            continue
        header = header or _header(above, cuts[0].delimiter, len(cuts[0].cells))
        found[first] = [Row(tuple(_merged(text, cut.cells, header)), header, last) for cut in cuts]
    return found or _blocks(text, lines)


def _may_hold(text: str, start: int, end: int) -> bool:
    """Say whether two long values stand on one line, or on lines next to each other."""
    last = -1
    for long in _LONG.finditer(text, start, end):
        if last >= 0 and text.count("\n", last, long.start()) <= 2:
            return True
        last = long.end()
    return False


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop + 1


# --- cells on one line


def _pieces(text: str, first: int, last: int) -> list[tuple[int, int]]:
    """Cut a line where the kind of its first long value comes again: k:s:p,k:s:p."""
    long = list(_LONG.finditer(text, first, last))
    kinds = [kind_of(found[0]) for found in long]
    starts = [found.start() for found, kind in zip(long, kinds, strict=True) if kind == kinds[0]]
    if len(starts) < 2 or len(set(kinds)) < 2 or len(kinds) % len(starts):
        return [(first, last)]
    edges = [parted.span() for start in starts[1:] if (parted := _PARTED.search(text, first, start))]
    if len(edges) < len(starts) - 1:
        return [(first, last)]
    return list(zip((first, *(end for _, end in edges)), (*(start for start, _ in edges), last), strict=True))


class _Cut(NamedTuple):
    cells: list[Token]
    delimiter: str


def _cuts(text: str, first: int, last: int) -> list[_Cut]:
    """Return the rows of a line, all or none; what begins with a bar is a table's."""
    if text[first:last].lstrip()[:1] == "|":
        return []
    cuts = [_cut(text, *piece) for piece in _pieces(text, first, last)]
    return [cut for cut in cuts if cut is not None] if None not in cuts else []


def _cut(text: str, first: int, last: int) -> _Cut | None:
    """Cut a line into cells where its long values say what parts them."""
    long = [found.span() for found in _LONG.finditer(text, first, last)]
    delimiter = _parting(text, long)
    if not delimiter:
        return None
    remark = _TRAILING.search(text, long[-1][1], last)
    last = remark.start() if remark else last
    cells = _before(text, first, long[0][0], delimiter)
    tail = _split(text, long[-1][1], last, delimiter)
    if cells is None or (tail and tail[0].text):
        return None  # a name stands before the first value, or what follows the last one is no delimiter
    for (start, end), (following, _) in pairwise((*long, (last, last))):
        cells.append(Token(start, end, text[start:end], quoted=True))
        if following < last:
            cells += _inner(text, end, following, delimiter)
    cells += tail[1:]
    return _Cut(cells, delimiter) if _is_short(cells, delimiter) else None


def _parting(text: str, long: Sequence[tuple[int, int]]) -> str:
    """Return what parts long values, or nothing where they are no row."""
    gap = _GAP.fullmatch(text, long[0][1], long[1][0]) if 2 <= len(long) <= _MOST_CELLS else None
    if gap is None or (not gap[1] and gap[2].isspace() and gap[2] != "\t"):
        return ""  # words of a sentence between them
    return gap[1] or gap[2]


def _is_short(cells: Sequence[Token], delimiter: str) -> bool:
    """Say whether cells are no more than a row has; what blanks part may be a sentence."""
    if delimiter.isspace() and delimiter != "\t":
        return len(cells) <= _MOST_WORDS and not any(" " in cell.text for cell in cells)
    return len(cells) <= _MOST_CELLS


def _before(text: str, first: int, end: int, delimiter: str) -> list[Token] | None:
    """Return the cells before the first long value, or None where it is no cell that stands there."""
    lead = _LEAD.match(text, first, end)
    begin = lead.end() if lead else first
    before = text[begin:end]
    if not before:
        return []
    bare = (
        before.rstrip(" \t") if "(" in before else before.rstrip(" \t\"'`")
    )  # "name","value", but no ('name', 'value')
    parted = before[-1].isspace() if delimiter.isspace() else bare.endswith(delimiter)
    return _split(text, begin, end, delimiter)[:-1] if parted and not _NAMES.search(_ADDRESS.sub("", before)) else None


def _inner(text: str, start: int, end: int, delimiter: str) -> list[Token]:
    """Return what stands between two long values, without the delimiters on both sides."""
    parts = _split(text, start, end, delimiter)[1:-1]
    if not parts:
        return []
    begin, stop = parts[0].start, parts[-1].end
    return [Token(begin, stop, text[begin:stop], quoted=True)]


def _split(text: str, start: int, end: int, delimiter: str) -> list[Token]:
    tokens = []
    sign = delimiter if not delimiter.isspace() or delimiter == "\t" else " "
    for piece in text[start:end].split(sign):
        stripped = piece.strip(" \t\r\"'`,])") if sign != "," else piece.strip(" \t\r\"'`])")
        begin = start + piece.find(stripped)
        if stripped or sign != " ":
            tokens.append(Token(begin, begin + len(stripped), stripped, quoted=True))
        start += len(piece) + len(sign)
    return tokens if sign != " " else [Token(start, start, "", quoted=True), *tokens]


def _header(line: str, delimiter: str, count: int) -> tuple[str, ...]:
    """Return the names that the line above the first row gives to its cells."""
    remark = _REMARK.match(line)
    cells = [
        cell.strip(" \t\r\"'`*_")
        for cell in line[remark.end() if remark else 0 :].strip().split(delimiter.strip(" ") or None)
    ]
    named = len(cells) > 1 and all(cell[:1].isalpha() and len(cell) <= 40 for cell in cells)
    return tuple(cells) if named and abs(len(cells) - count) <= 2 else ()


def _merged(text: str, cells: list[Token], header: Sequence[str]) -> list[Token]:
    """Join the last cells where a header says that there are fewer: a passphrase may hold the delimiter."""
    if not header or len(cells) <= len(header):
        return cells
    start, end = cells[len(header) - 1].start, cells[-1].end
    return [*cells[: len(header) - 1], Token(start, end, text[start:end], quoted=True)]


# --- lists in one string


def items(token: Token, text: str, name: str) -> list[Token]:
    """Return the values of a list that stands in one string: all long, or any under a name in the plural."""
    if text[token.start : token.end] != token.text:
        return []
    spans = [one.span() for one in _ITEM.finditer(token.text)]
    if not 2 <= len(spans) <= _MOST_ITEMS:
        return []
    kinds = {kind_of(token.text[start:end]) for start, end in spans}
    listed = len(kinds) == 1 and ("" not in kinds or _is_plural(name, token.text))
    return [Token(token.start + a, token.start + b, token.text[a:b], quoted=True) for a, b in spans] if listed else []


def _is_plural(name: str, value: str) -> bool:
    """Say whether a name mentions several values, and a text can be such: no row, document or sentence."""
    plural = name.lower().rstrip("\"'`]) ").endswith(("s", "list"))
    if not plural or _ASSIGNS.search(value) or is_row(value):
        return False
    words = value.split()
    return len(words) < 2 or all(any(c.isdigit() for c in word) for word in words)


# --- blocks of bare lines


def _blocks(text: str, lines: Sequence[tuple[int, int]]) -> dict[int, list[Row]]:
    """Return the blocks of lines that hold a value each and nothing else, as rows."""
    found: dict[int, list[Row]] = {}
    block: list[Token] = []
    for first, last in (*lines, (len(text), len(text))):
        bare = _BARE.fullmatch(text, first, last)
        if bare is not None:
            block.append(Token(*bare.span("cell"), bare["cell"], quoted=True))
            continue
        for part in _accounts(block):
            found[text.rfind("\n", 0, part[0].start) + 1] = [Row(tuple(part), (), part[-1].end)]
        block = []
    return found


def _accounts(block: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Cut a block where the kind of its first long value comes again."""
    kinds = [kind_of(cell.text) for cell in block]
    first = next(filter(None, kinds), "")
    starts = [n for n, kind in enumerate(kinds) if kind and kind == first]
    for begin, end in pairwise([*(start - starts[0] for start in starts), len(block)]):
        several = len({*kinds[begin:end]} - {""}) > 1
        if several and end - begin <= _MOST_LINES:
            yield block[begin:end]


def kind_of(text: str) -> str:
    """Return what a long value looks like, or '' for any other."""
    if not _LONG.fullmatch(text):
        return ""
    if _UUID.fullmatch(text):
        return "uuid"
    return f"hex{len(text)}" if _HEX.fullmatch(text) else f"long{len(text)}"
