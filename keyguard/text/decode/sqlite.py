"""SQLite databases: a line a row, each value named by its column; read in memory, and nothing of the schema is run."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from keyguard.model import Region
from keyguard.text.decode.budget import Refused, Spent
from keyguard.text.decode.view import INSIDE, View, label, lines_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import Back

_ALLOWED = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ))
_STEPS = 10_000  # of the database's machine, between two looks at the clock
_ROWS = 2_000  # rows a view
_CELL = 64 * 1024  # bytes of one value


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the rows of every table."""
    if not hasattr(sqlite3.Connection, "deserialize"):  # Python 3.10
        from keyguard.text.decode import sqlite_log

        yield from sqlite_log.of_database(visit, body, path, via)
        return
    data = bytearray(body.whole())
    if data[18:20] == b"\2\2":  # its log is not here, and such a database is opened with one only
        data[18:20] = b"\1\1"
    with visit.budget.holding(2 * len(data)):
        database = sqlite3.connect(":memory:")
        try:
            _harden(visit, database)
            database.deserialize(bytes(data))  # type: ignore[attr-defined,unused-ignore]
            del data
            yield from _tables(visit, database, path, via)
        except sqlite3.Error:
            visit.budget.check_time()
            visit.budget.note(path, "it is damaged or cut off")
        finally:
            database.close()


def _harden(visit: Visit, database: sqlite3.Connection) -> None:
    database.execute("PRAGMA trusted_schema=OFF")
    database.execute("PRAGMA cell_size_check=ON")
    database.execute("PRAGMA mmap_size=0")
    database.text_factory = lambda data: data.decode("utf-8", "surrogateescape")

    def late() -> bool:
        try:
            visit.budget.check_time()
        except Spent:
            return True
        return False

    database.set_progress_handler(late, _STEPS)


def _tables(visit: Visit, database: sqlite3.Connection, path: str, via: tuple[str, ...]) -> Iterator[View]:
    tables = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)
    for name, sql in tables:
        if not isinstance(name, str) or " virtual " in " ".join(str(sql).lower().split())[:40]:
            continue
        visit.budget.count_entry()
        where = path + INSIDE + label(name)
        try:
            yield from _rows(visit, database, name, where, via)
        except sqlite3.Error:
            visit.budget.check_time()
            visit.budget.note(where, "it is damaged or cut off")
        except Refused as refused:
            visit.budget.note(where, str(refused))


def _rows(visit: Visit, database: sqlite3.Connection, name: str, path: str, via: tuple[str, ...]) -> Iterator[View]:
    quoted = name.replace('"', '""')
    cursor = database.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 - a quoted name; the authorizer sees to the rest
    columns = [str(column[0]) for column in cursor.description]
    number = 0
    while rows := cursor.fetchmany(_ROWS):
        lines = [_line(columns, row) for row in rows]
        data = "\n".join(text for text, _ in lines).encode("utf-8", "surrogateescape")
        visit.budget.spend(len(data))
        yield View(path, [data], via, ".json", _back(number, [starts for _, starts in lines]))
        number += len(rows)


def _line(columns: list[str], row: tuple[object, ...]) -> tuple[str, list[int]]:
    """Write a row as JSON, and tell where each column begins in it."""
    text, starts = "{", []
    for column, value in zip(columns, row, strict=False):
        starts.append(len(text))
        text += f"{json.dumps(column, ensure_ascii=False)}: {json.dumps(_plain(value), ensure_ascii=False)}, "
    return text.removesuffix(", ") + "}", starts


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value[:_CELL].decode("utf-8", "replace") if b"\0" not in value[:_CELL] else None
    return value[:_CELL] if isinstance(value, str) else value


def _back(before: int, starts: list[list[int]]) -> Back:
    by_line = lines_back([before + n for n in range(1, len(starts) + 1)])

    def back(region: Region) -> tuple[Region, tuple[str, ...]]:
        """Lead to row and column."""
        place, said = by_line(region)
        of_row = starts[min(region.line, len(starts)) - 1]
        column = max(1, sum(1 for start in of_row if start < region.column))
        return Region(place.line, column, place.line, column + 1), said

    return back
