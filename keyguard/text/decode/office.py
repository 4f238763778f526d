"""The text of office documents (Office Open XML and OpenDocument): a line a paragraph, a line a row of cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from keyguard.model import Region
from keyguard.text.decode.budget import Refused, words
from keyguard.text.decode.view import INSIDE, View, label, lines_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import Back

_DOCUMENT = re.compile(
    r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"
    r"|ppt/(slides|notesSlides|comments)/[^/]*\.xml|xl/comments\d*\.xml|content\.xml"
)
_SHEET = re.compile(r"xl/worksheets/[^/]*\.xml")
_STRINGS, _WORKBOOK, _WORKBOOK_LINKS = "xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_MARKERS = ("[Content_Types].xml", "mimetype")
_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d\u201e\u00a0", '\'\'""" ')  # what an editor made of typed ones
_DEPTH = 200  # open elements
_NAMES = 64  # rows looked at for a header

_PARAGRAPHS, _BREAKS, _TABS = frozenset({"p", "h"}), frozenset({"br", "line-break", "cr"}), frozenset({"tab"})
_CELLS, _ROWS = frozenset({"tc", "table-cell"}), frozenset({"tr", "table-row"})
_TEXTS = frozenset({"t", "delText", "instrText", "text"})


def texts(names: Iterable[str]) -> frozenset[str]:
    """Return which entries of an archive are the text of an office document."""
    names = set(names)
    if not names.intersection(_MARKERS):
        return frozenset()
    return frozenset(n for n in names if n == _STRINGS or _DOCUMENT.fullmatch(n) or _SHEET.fullmatch(n))


def open_text(
    visit: Visit,
    body: Body,
    path: str,
    name: str,
    via: tuple[str, ...],
    *,
    archive: Callable[[], Callable[[str], Body | None]],
) -> Iterator[View]:
    """Yield the text of one entry."""
    visit.budget.count_entry()
    where = path + INSIDE + label(name)
    try:
        if name == _STRINGS:  # its text is that of the sheets
            return
        if _SHEET.fullmatch(name):
            others = archive()
            where = path + INSIDE + label(_title(name, others))
            yield table_view(where, _rows(body, others(_STRINGS), _Room(visit, where)), via)
        else:
            room = _Room(visit, where)
            reader = _Paragraphs(room, open_document=name == "content.xml")
            _parse(body.text_pieces(), reader)
            yield _view(where, reader.lines(), via)
    except Refused as refused:
        visit.budget.note(where, str(refused))
    except expat.ExpatError:
        visit.budget.note(where, "it is damaged or cut off")


def _view(path: str, lines: list[str], via: tuple[str, ...]) -> View:
    text = "\n".join(lines).translate(_QUOTES)
    return View(path, [text.encode("utf-8", "surrogatepass")], via, ".txt")


class _Room:
    """What the text of one entry may come to: strings that are referred to, and blanks that are counted, are many."""

    def __init__(self, visit: Visit, path: str) -> None:
        self._visit, self._path = visit, path
        self._left = self._most = visit.budget.limits.entry

    def has(self, size: int) -> bool:
        """Take room for a text; what there is none for is left out, and that is said once."""
        if size <= self._left:
            self._left -= size
            return True
        if self._left >= 0:
            self._left = -1
            self._visit.budget.note(
                self._path, f"its text comes to more than {words(self._most)}; the rest was not read"
            )
        return False


class _Reader:
    """Follows the elements of a document by their names, without their prefixes."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take note of an element that begins."""

    def end(self, name: str) -> None:
        """Take note of an element that ends."""

    def text(self, data: str) -> None:
        """Take characters."""


def _parse(pieces: Iterable[bytes], reader: _Reader) -> None:
    parser = expat.ParserCreate()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH:
            raise Refused("its elements are nested too deeply")
        reader.start(name.rpartition(":")[2], {key.rpartition(":")[2]: value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        reader.end(name.rpartition(":")[2])

    def entity(*_: object) -> None:
        raise Refused("it defines entities, which no office document does")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = entity
    parser.buffer_text = True
    for piece in pieces:
        parser.Parse(piece, False)  # noqa: FBT003 - the parser takes no names
    parser.Parse(b"", True)  # noqa: FBT003 - likewise


class _Paragraphs(_Reader):
    """Reads running text."""

    def __init__(self, room: _Room, *, open_document: bool) -> None:
        self._room = room
        self._lines: list[str] = []
        self._line: list[str] = []
        self._open_document = open_document  # there text stands in the paragraphs themselves
        self._cells = self._taking = 0
        self._paragraphs = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in _TEXTS:
            self._taking += 1
        elif name in _PARAGRAPHS:
            self._paragraphs += 1
            if self._cells and self._line and not self._line[-1].endswith("\t"):
                self._line.append(" ")
        elif name in _TABS:
            self._line.append("\t")
        elif name in _BREAKS:
            self._break()
        elif name == "s" and self._open_document:
            count = attributes.get("c", "1")
            self._write(" " * (min(int(count[:4]), 1000) if count.isdigit() else 1))
        elif name in _CELLS:
            self._cells += 1

    def end(self, name: str) -> None:
        if name in _TEXTS:
            self._taking = max(0, self._taking - 1)
        elif name in _PARAGRAPHS:
            self._paragraphs -= 1
            if not self._cells:
                self._break()
        elif name in _CELLS:
            self._cells -= 1
            self._line.append("\t")
        elif name in _ROWS:
            self._break()

    def text(self, data: str) -> None:
        if self._taking or (self._open_document and self._paragraphs):
            self._write(data)

    def _write(self, data: str) -> None:
        if self._room.has(len(data)):
            self._line.append(data)

    def _break(self) -> None:
        self._lines += "".join(self._line).rstrip("\t ").splitlines() or [""]
        self._line = []

    def lines(self) -> list[str]:
        if self._line:
            self._break()
        return self._lines


class _Strings(_Reader):
    """Reads the strings that sheets refer to by number."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._now: list[str] | None = None
        self._taking = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 - strings have none
        if name == "si":
            self._now = []
        self._taking = name == "t"

    def end(self, name: str) -> None:
        self._taking = False
        if name == "si" and self._now is not None:
            self.strings.append("".join(self._now))

    def text(self, data: str) -> None:
        if self._taking and self._now is not None:
            self._now.append(data)


class _Cells(_Reader):
    """Reads the rows of a sheet: their number, and column and text of each cell."""

    def __init__(self, strings: list[str], room: _Room) -> None:
        self.rows: list[tuple[int, list[tuple[int, str]]]] = []
        self._room = room
        self._strings = strings
        self._value: list[str] = []
        self._taking = False
        self._kind = ""
        self._column = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            number = attributes.get("r", "")
            last = self.rows[-1][0] if self.rows else 0
            self.rows.append((int(number) if number.isdigit() and len(number) < 9 else last + 1, []))
            self._column = 0
        elif name == "c":
            self._kind, self._value = attributes.get("t", ""), []
            self._column = _column(attributes.get("r", "")) or self._column + 1
        self._taking = name in {"v", "t"}

    def end(self, name: str) -> None:
        self._taking = False
        if name == "c" and self.rows:
            text = "".join(self._value)
            if self._kind == "s" and text.isdigit() and len(text) < 9:
                text = self._strings[int(text)] if int(text) < len(self._strings) else ""
            if self._room.has(len(text)) and (text := " ".join(text.split())):
                self.rows[-1][1].append((self._column, text))

    def text(self, data: str) -> None:
        if self._taking:
            self._value.append(data)


def _column(reference: str) -> int:
    number = 0
    for letter in reference.rstrip("0123456789").upper():
        number = number * 26 + ord(letter) - 64
    return number if 0 < number <= 16384 else 0


def _rows(body: Body, shared: Body | None, room: _Room) -> list[tuple[int, list[tuple[int, str]]]]:
    strings = _Strings()
    if shared is not None:
        _parse(shared.text_pieces(), strings)
    cells = _Cells(strings.strings, room)
    _parse(body.text_pieces(), cells)
    return cells.rows


def _title(name: str, archive: Callable[[str], Body | None]) -> str:
    """Return the name that people gave to a sheet, or its file's."""
    own = name.rpartition("/")[2].removesuffix(".xml")
    workbook, links = archive(_WORKBOOK), archive(_WORKBOOK_LINKS)
    if workbook is None or links is None:
        return own
    targets = dict(_attributes(links, "Relationship", "Target", "Id"))
    for identity, title in _attributes(workbook, "sheet", "id", "name"):
        if any(target.endswith(name.removeprefix("xl/")) and link == identity for target, link in targets.items()):
            return title
    return own


def _attributes(body: Body, element: str, one: str, other: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    class Pairs(_Reader):
        def start(self, name: str, attributes: Mapping[str, str]) -> None:
            if name == element and one in attributes and other in attributes:
                found.append((attributes[one], attributes[other]))

    _parse(body.text_pieces(), Pairs())
    return found


def table_view(path: str, rows: list[tuple[int, list[tuple[int, str]]]], via: tuple[str, ...]) -> View:
    """Make a view of rows, so that each cell is read with its column's or its neighbour's name."""
    rows = [row for row in rows if row[1]]
    header = next((cells for _, cells in rows[:_NAMES] if len(cells) > 1), [])
    if header and not any(_is_value(text) for _, text in header):
        lines = ["\t".join(_aligned(cells)) for _, cells in rows]
        return _table(path, lines, rows, via, ".tsv")
    lines = [_pair(cells) for _, cells in rows]
    return _table(path, lines, rows, via, ".txt")


def _table(
    path: str, lines: list[str], rows: list[tuple[int, list[tuple[int, str]]]], via: tuple[str, ...], notation: str
) -> View:
    text = "\n".join(lines).translate(_QUOTES)
    return View(path, [text.encode("utf-8", "surrogatepass")], via, notation, _cells_back(lines, rows))


def _aligned(cells: list[tuple[int, str]]) -> Iterator[str]:
    at = 1
    for column, text in cells:
        yield from [""] * min(max(0, column - at), 64)
        at = column + 1
        yield text


def _pair(cells: list[tuple[int, str]]) -> str:
    if len(cells) == 2:
        return f"{cells[0][1]}: {cells[1][1]}"
    return "\t".join(text for _, text in cells)


def _is_value(text: str) -> bool:
    return len(text) >= 8 and " " not in text and any(c.isdigit() for c in text)


def _cells_back(lines: list[str], rows: list[tuple[int, list[tuple[int, str]]]]) -> Back:
    by_line = lines_back([number for number, _ in rows])

    def back(region: Region) -> tuple[Region, tuple[str, ...]]:
        """Lead to row and column."""
        place, said = by_line(region)
        line = min(region.line, len(rows)) - 1
        before = lines[line][: region.column - 1]
        filled = [column for column, _ in rows[line][1]]
        at = sum(1 for text in (before.split("\t") if "\t" in lines[line] else before.split(": ", 1)) if text)
        column = filled[min(at, len(filled) - 1)] if filled else 1
        return Region(place.line, column, place.line, column + 1), said

    return back
