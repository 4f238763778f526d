"""Rows of SQLite by the pages they lie in: of write-ahead logs, and of databases where Python cannot open them.

Nothing but the layout of a table's leaf is read. The names of columns are not there: a row is its texts.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from keyguard.text.decode.budget import Spent
from keyguard.text.decode.view import View, lines_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit

_LOG_HEADER, _FRAME_HEADER, _LEAF = 32, 24, 0x0D
_PAGES = 64  # pages a view


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the rows of a write-ahead log."""
    size = int.from_bytes(body.read(_LOG_HEADER)[8:12], "big")
    yield from _views(visit, body, path, via, size=65536 if size == 1 else size, header=_FRAME_HEADER)


def of_database(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the rows of a database."""
    size = int.from_bytes(body.peek(18)[16:18], "big")
    yield from _views(visit, body, path, via, size=65536 if size == 1 else size, header=0)


def _views(visit: Visit, body: Body, path: str, via: tuple[str, ...], *, size: int, header: int) -> Iterator[View]:
    if not 512 <= size <= 65536:
        raise Spent("it is damaged or cut off")
    lines: list[str] = []
    numbers: list[int] = []
    number = 0
    while len(page := body.read(header + size)) == header + size:
        visit.budget.check_time()
        number += 1
        for row in _rows(page[header:], 100 if number == 1 and not header else 0):
            lines.append(json.dumps(row, ensure_ascii=False))
            numbers.append(number)
        if number % _PAGES == 0 and lines:
            yield _view(path, lines, numbers, via)
            lines, numbers = [], []
    if lines:
        yield _view(path, lines, numbers, via)


def _view(path: str, lines: list[str], numbers: list[int], via: tuple[str, ...]) -> View:
    return View(path, ["\n".join(lines).encode("utf-8", "surrogatepass")], via, ".json", lines_back(numbers, ("page",)))


def _rows(page: bytes, at: int) -> Iterator[list[str]]:
    if page[at] != _LEAF:
        return
    count = int.from_bytes(page[at + 3 : at + 5], "big")
    for index in range(min(count, len(page) // 4)):
        pointer = at + 8 + 2 * index
        start = int.from_bytes(page[pointer : pointer + 2], "big")
        if start and (row := _row(page, start)):
            yield row


def _row(page: bytes, place: int) -> list[str]:
    """Read the texts of one record, those that lie in the page."""
    _, place = _number(page, place)
    _, place = _number(page, place)
    start = place
    size, place = _number(page, place)
    value = start + size
    texts: list[str] = []
    while place < start + size and place < len(page):
        kind, place = _number(page, place)
        length = (kind - 12) // 2 if kind >= 12 else (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)[kind]
        if kind >= 13 and kind % 2:
            texts.append(page[value : value + length].decode("utf-8", "replace"))
        value += length
    return [text for text in texts if text]


def _number(page: bytes, place: int) -> tuple[int, int]:
    number = 0
    for _ in range(9):
        byte = page[place] if place < len(page) else 0
        number = number << 7 | byte & 0x7F
        place += 1
        if byte < 0x80:
            break
    return number, place
