"""Reads tables: a header names the columns, and a row is a frame."""

from __future__ import annotations

from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from keyguard.expressions import regex_expression
from keyguard.text.outline.frames import Bond, Frame, Name, Token
from keyguard.text.outline.rows import is_row, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keyguard.text.outline.source import Source

_VALUE = r"(?:\"(?P<quoted>(?:[^\"]|\"\")*+)\"|(?P<plain>[^,;\t\"]*+))"
_CELL = regex_expression(rf"(?:^|(?P<sep>[,;\t]))[ \t]*{_VALUE}")
_TABBED = regex_expression(rf"(?:^|(?P<sep>[,;\t]))[ ]*{_VALUE}")  # its first cell may be empty


LOOKED_AT = 64  # rows, for how a table lies


class Table:
    """A table's columns: names of what stands below them or, where the table is turned, accounts with a frame each.

    | api key | secret |          |         | main | hedge |
    | K       | S      |          | api key | K    | K     |
    """

    def __init__(self, source: Source, root: Frame, header: Sequence[Token], below: Sequence[Sequence[Token]]) -> None:
        self._source = source
        self._root = root
        self.header = [cell.text for cell in header]
        self._is_turned = is_turned([[cell.text for cell in cells] for cells in below])
        self._accounts: dict[int, Frame] = {}

    def row(self, start: int, cells: Sequence[Token]) -> None:
        """Read one row, which begins at an offset of the text."""
        if not self._is_turned:
            row(self._source, Frame("row", self._source.at(start), self._root), cells, self.header)
            return
        label = cells[0].text
        for index, cell in enumerate(cells[1:], 1):
            frame = self._account(index, cell)
            self._source.add(cell, (Name(label, Bond.ASSIGNED),), frame)
            frame.count += 1
            frame.fact(label, cell.text)

    def _account(self, index: int, cell: Token) -> Frame:
        if index not in self._accounts:
            name = self.header[index] if index < len(self.header) else ""
            self._accounts[index] = Frame("row", self._source.at(cell.start), self._root, name, is_entry=True)
        return self._accounts[index]


def is_turned(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the long values of one row are alike, and those of one column differ: columns are accounts."""
    kinds = [[kind_of(cell) for cell in cells[1:]] for cells in rows]
    alike = [set(filter(None, row)) for row in kinds if len([*filter(None, row)]) > 1]
    columns = [[*filter(None, column)] for column in zip_longest(*kinds)]
    return (
        len(alike) > 1
        and all(len(row) == 1 for row in alike)
        and all(len(set(column)) == len(column) for column in columns)
    )


def read_table(source: Source, root: Frame, delimiter: str) -> None:
    """Read all of a text as a table; its first line with more than one cell is the header."""
    lines = _lines(source.text)
    table: Table | None = None
    for start, end in lines:
        source.clock.step()
        cells = _cells(source.text, start, end, delimiter)
        if table is None and len(cells) > 1 and not is_row(source.text[start:end]):
            below = islice(_lines(source.text, end + 1), LOOKED_AT)
            table = Table(source, root, cells, [_cells(source.text, *line, delimiter) for line in below])
        elif table is None:
            row(source, Frame("row", source.at(start), root), cells, ())
        elif [cell.text for cell in cells] != table.header:
            table.row(start, cells)


def _lines(text: str, position: int = 0) -> Iterator[tuple[int, int]]:
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        yield position, end
        position = end + 1


def _cells(text: str, start: int, end: int, delimiter: str) -> list[Token]:
    cells = []
    for found in (_TABBED if delimiter == "\t" else _CELL).finditer(text[start:end].rstrip("\r")):
        group = "quoted" if found["quoted"] is not None else "plain"
        if delimiter and found["sep"] not in {None, delimiter} and group == "plain" and not found[0].strip():
            continue
        value = found[group].replace('""', '"').strip()
        begin = start + found.start(group) + len(found[group]) - len(found[group].lstrip())
        cells.append(Token(begin, begin + len(value), value, quoted=True))
    return cells


def row(source: Source, frame: Frame, cells: Sequence[Token], header: Sequence[str]) -> None:
    """Read one row: each cell is named by its column, and stands next to the cell before it."""
    for index, cell in enumerate(cells):
        column = header[index] if index < len(header) and header[index] != cell.text else ""
        names = [Name(column, Bond.ASSIGNED)] if column else []
        if index and header and not header[0]:
            names.append(Name(cells[0].text, Bond.FRAME))  # the rows are parts of one account
        if index:
            names.append(Name(cells[index - 1].text, Bond.NEAR))
        frame.count = index
        source.add(cell, tuple(names), frame)
        frame.fact(column, cell.text)
