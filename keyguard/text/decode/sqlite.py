"""SQLite databases: a line a row, each value named by its column; read in memory, and nothing of the schema is run.

What a database computes is not read: views, virtual tables, and columns that are generated when they are asked for.
"""

from __future__ import annotations

import json
import re
import sqlite3
from typing import TYPE_CHECKING

from keyguard.model import Region
from keyguard.text.decode.budget import MIB, Refused, Spent, words
from keyguard.text.decode.view import INSIDE, View, label, lines_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import Back

_ALLOWED = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ))
_STEPS = 10_000  # of the database's machine, between two looks at the clock
_ROW = 8 * MIB  # bytes of one row, and of any value
_ROWS = 2_000  # rows a view
_VIEW = MIB  # characters a view, over which at most one row goes
_TIMES = 4  # the database's size: what its rows hold at most, which may share a default but no page
_HEAD = 64 * 1024  # bytes of a blob that tell whether it is text
_TABLE = re.compile(
    r"""CREATE TABLE ("(?:[^"]|"")*"|\[[^\]]*\]|`(?:[^`]|``)*`|'(?:[^']|'')*'|[\w$]+)"""  # as SQLite notes it
)
_GENERATED = 2  # what a column is that holds nothing: its value is computed whenever it is read


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
            database.deserialize(data)  # type: ignore[attr-defined,unused-ignore]
            left = _TIMES * len(data)
            del data
            yield from _Tables(visit, database, left).views(path, via)
        except sqlite3.Error:
            visit.budget.check_time()
            visit.budget.note(path, "it is damaged or cut off")
        finally:
            database.close()


def _harden(visit: Visit, database: sqlite3.Connection) -> None:
    database.execute("PRAGMA trusted_schema=OFF")
    database.execute("PRAGMA cell_size_check=ON")
    database.execute("PRAGMA mmap_size=0")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _ROW)  # type: ignore[attr-defined,unused-ignore]
    database.text_factory = lambda data: data.decode("utf-8", "surrogateescape")

    def late() -> bool:
        try:
            visit.budget.check_time()
        except Spent:
            return True
        return False

    database.set_progress_handler(late, _STEPS)


def _access(action: int, _one: str | None, _two: str | None, _database: str | None, within: str | None) -> int:
    """Allow what reads a table; not functions, and nothing that a view or a trigger asks for."""
    return sqlite3.SQLITE_OK if action in _ALLOWED and within is None else sqlite3.SQLITE_DENY


class _Tables:
    """Reads the tables of a database, row by row."""

    def __init__(self, visit: Visit, database: sqlite3.Connection, left: int) -> None:
        self._budget, self._database, self._left = visit.budget, database, left

    def views(self, path: str, via: tuple[str, ...]) -> Iterator[View]:
        """Yield the rows of every table."""
        tables = self._named()
        columns = {table: self._columns(table) for table in tables}
        self._database.set_authorizer(_access)
        for table, name in tables.items():
            self._budget.count_entry()
            where = path + INSIDE + label(name)
            try:
                yield from self._rows(table, columns[table], where, via)
            except sqlite3.Error:
                self._budget.check_time()
                self._budget.note(where, "it is damaged or cut off")
            except Refused as refused:
                self._budget.note(where, str(refused))

    def _named(self) -> dict[str, str]:
        """Return the tables by what they are called in SQL; of their own statements, since a list can lie."""
        listed = self._database.execute("SELECT sql FROM sqlite_master WHERE type = 'table'")
        written = [found[1] for (sql,) in listed if isinstance(sql, str) and (found := _TABLE.match(sql))]
        return {_quoted(name): name for name in map(_plain_name, written)}

    def _columns(self, table: str) -> dict[str, int]:
        """Return the columns, and of each what kind it is."""
        return {str(row[1]): int(row[6]) for row in self._database.execute(f"PRAGMA table_xinfo({table})")}

    def _rows(self, table: str, kinds: dict[str, int], path: str, via: tuple[str, ...]) -> Iterator[View]:
        columns = [name for name, kind in kinds.items() if kind != _GENERATED]
        if computed := [name for name, kind in kinds.items() if kind == _GENERATED]:
            self._budget.note(path, f"columns that the database computes are not read: {label(', '.join(computed))}")
        chosen = ", ".join(map(_quoted, columns))
        question = f"SELECT {chosen} FROM {table} NOT INDEXED LIMIT ? OFFSET ?"  # noqa: S608 - quoted names alone
        numbers, lines, size = list[int](), list[tuple[str, list[int]]](), 0
        for number, row in self._each(question, path):
            numbers.append(number)
            lines.append(_line(columns, row))
            size += len(lines[-1][0])
            if size >= _VIEW or len(lines) == _ROWS:
                yield self._view(path, numbers, lines, via)
                numbers, lines, size = [], [], 0
        if lines:
            yield self._view(path, numbers, lines, via)

    def _view(self, path: str, numbers: list[int], lines: list[tuple[str, list[int]]], via: tuple[str, ...]) -> View:
        data = "\n".join(text for text, _ in lines).encode("utf-8", "surrogateescape")
        self._budget.spend(len(data))
        return View(path, [data], via, ".json", _back(numbers, [starts for _, starts in lines]))

    def _each(self, question: str, path: str) -> Iterator[tuple[int, tuple[object, ...]]]:
        """Yield the rows with their numbers; one that is too large is named, and those behind it are read on."""
        number, most = 0, -1
        while True:
            before = number
            try:
                for row in self._database.execute(question, (most, number)):
                    number += 1
                    self._count(row)
                    yield number, row
            except sqlite3.DataError:
                if most == 1:  # else it may be the row behind the next, which Python asks for ahead
                    number += 1
                    self._budget.note(path, f"its row {number} is larger than {words(_ROW)}")
                most = -most
                continue
            if number == before or most < 0:
                return
            most = -1

    def _count(self, row: tuple[object, ...]) -> None:
        """End a table whose rows share their pages with each other: there is no end to such."""
        self._left -= sum(len(value) for value in row if isinstance(value, (str, bytes)))
        if self._left < 0:
            raise Refused(f"its rows hold more than {_TIMES} times what the database does; the rest was not read")


def _plain_name(written: str) -> str:
    """Return the name that a quoted one stands for."""
    end = "]" if written[0] == "[" else written[0]
    return written[1:-1].replace(end * 2, end) if end in "]\"`'" else written


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _line(columns: list[str], row: tuple[object, ...]) -> tuple[str, list[int]]:
    """Write a row as JSON, and tell where each column begins in it."""
    text, starts = "{", []
    for column, value in zip(columns, row, strict=False):
        starts.append(len(text))
        text += f"{json.dumps(column, ensure_ascii=False)}: {json.dumps(_plain(value), ensure_ascii=False)}, "
    return text.removesuffix(", ") + "}", starts


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace") if b"\0" not in value[:_HEAD] else None
    return value


def _back(numbers: list[int], starts: list[list[int]]) -> Back:
    by_line = lines_back(numbers)

    def back(region: Region) -> tuple[Region, tuple[str, ...]]:
        """Lead to row and column."""
        place, said = by_line(region)
        of_row = starts[min(region.line, len(starts)) - 1]
        column = max(1, sum(1 for start in of_row if start < region.column))
        return Region(place.line, column, place.line, column + 1), said

    return back
