"""Reads tables: a header names the columns, and a row is a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from keyguard.text.outline.frames import Bond, Frame, Name, Token
from keyguard.text.outline.rows import is_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyguard.text.outline.source import Source

_CELL = regex.compile(
    r"(?:^|(?P<sep>[,;\t]))(?P<space>[ \t]*)(?:\"(?P<quoted>(?:[^\"]|\"\")*+)\"|(?P<plain>[^,;\t\"]*+))"
)


def read_table(source: Source, root: Frame, delimiter: str) -> None:
    """Read all of a text as a table; its first line with more than one cell is the header."""
    text, position, header = source.text, 0, list[str]()
    while position < len(text):
        source.clock.step()
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        cells = _cells(text, position, end, delimiter)
        if not header and len(cells) > 1 and not is_row(text[position:end]):
            header = [cell.text for cell in cells]
        if [cell.text for cell in cells] != header:
            row(source, Frame("row", source.at(position), root), cells, header)
        position = end + 1


def _cells(text: str, start: int, end: int, delimiter: str) -> list[Token]:
    cells = []
    for found in _CELL.finditer(text[start:end].rstrip("\r")):
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
            names.append(Name(cells[0].text, Bond.FRAME))  # the columns are accounts
        if index:
            names.append(Name(cells[index - 1].text, Bond.NEAR))
        frame.count = index
        source.add(cell, tuple(names), frame)
        frame.fact(column, cell.text)
