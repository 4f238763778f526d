"""What a SQLite database can make of whoever reads it: nothing of it is run, and no row costs more than it holds."""

from __future__ import annotations

import sqlite3
import struct
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from keyguard.text.decode import Budget, Limits, views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(not hasattr(sqlite3.Connection, "serialize"), reason="rows are read by their pages")

MIB = 1 << 20
_LARGE = "replace(hex(zeroblob(3000000)), '0', 'okx ')"


def made(*statements: str, rows: Callable[[sqlite3.Connection], object] = lambda _: None) -> bytes:
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.execute("PRAGMA page_size=512")
    for statement in statements:
        database.execute(statement)
    rows(database)
    return bytes(database.serialize())  # type: ignore[attr-defined,unused-ignore]


def opened(data: bytes) -> tuple[str, list[tuple[str, str]], int]:
    """Return what is read, what is noted, and the most memory that it took."""
    budget = Budget(Limits(seconds=20))
    tracemalloc.start()
    text = "\n".join(_heads(data, budget))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return text, [(note.what, note.reason) for note in budget.notes], peak


def _heads(data: bytes, budget: Budget) -> Iterator[str]:
    for view in views([data], "a.db", budget):
        for line in b"".join(view.pieces).decode().splitlines():
            yield f"{view.path} {line[:200]}"


def test_a_generated_column_is_not_computed_and_what_is_stored_is_read() -> None:
    data = made(
        "CREATE TABLE t (a TEXT, b TEXT AS (" + _LARGE + ") VIRTUAL, c TEXT AS (a || 'z') STORED)",
        "INSERT INTO t (a) VALUES ('plain')",
    )
    text, notes, peak = opened(data)
    assert text == 'a.db!/t {"a": "plain", "c": "plainz"}'
    assert notes == [("a.db!/t", "columns that the database computes are not read: b")]
    assert peak < MIB


def test_a_stored_column_that_a_row_does_not_hold_is_not_computed() -> None:
    data = made(
        "CREATE TABLE t (a TEXT)",
        "INSERT INTO t VALUES ('plain')",
        "PRAGMA writable_schema=ON",
        "UPDATE sqlite_master SET sql = replace(sql, 'TEXT)', 'TEXT, c TEXT AS (hex(zeroblob(3000000))) STORED)')",
    )
    text, _, peak = opened(data)
    assert text == 'a.db!/t {"a": "plain", "c": null}'
    assert peak < MIB


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE VIEW t AS SELECT " + _LARGE + " AS a",),
        ("CREATE TABLE t (a)", "CREATE INDEX i ON t (a, length(" + _LARGE + "))"),
        ("CREATE TABLE t (a)", "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT " + _LARGE + "; END"),
    ],
)
def test_no_view_index_or_trigger_is_run(statements: tuple[str, ...]) -> None:
    text, notes, peak = opened(made(*statements, "CREATE TABLE other (a)", "INSERT INTO other VALUES ('x')"))
    assert text == 'a.db!/other {"a": "x"}'
    assert notes == []
    assert peak < MIB


def test_a_view_that_is_listed_under_a_tables_name_is_not_run() -> None:
    data = made(
        "CREATE TABLE a (x)", "INSERT INTO a VALUES ('in the table')", "CREATE VIEW v AS SELECT 'run' AS x FROM a"
    )
    swapped = data.replace(b"CREATE TABLE a (x)", b"CREATE TABLE v (x)").replace(
        b"CREATE VIEW v AS", b"CREATE VIEW a AS"
    )
    text, _, _ = opened(swapped)
    assert "run" not in text


def test_a_row_that_is_too_large_is_named_and_those_around_it_are_read() -> None:
    def rows(database: sqlite3.Connection) -> None:
        for text in ("first", "x" * (9 * MIB), "y" * (9 * MIB), "z" * MIB, "last"):
            database.execute("INSERT INTO t VALUES (?)", (text,))

    text, notes, _ = opened(made("CREATE TABLE t (a)", rows=rows))
    assert [line[15:20] for line in text.splitlines()] == ["first", "zzzzz", 'last"']
    assert notes == [("a.db!/t", f"its row {number} is larger than 8 MiB") for number in (2, 3)]


def test_rows_that_share_their_pages_end_within_the_database_s_size() -> None:
    text, notes, peak = opened(_shared(1_000))
    assert [what for what, _ in notes] == ["a.db!/t"]
    assert notes[0][1].startswith("its rows hold more than 4 times what the database does")
    assert text
    assert peak < 40 * MIB


def _shared(rows: int) -> bytes:
    """Return a database whose rows all go on in the pages of the first: in each, where it goes on is written over."""

    def insert(database: sqlite3.Connection) -> None:
        database.executemany("INSERT INTO t VALUES (?)", [("q" * 20_000,), *[("q" * 600,)] * rows])

    data = bytearray(made("CREATE TABLE t (a)", rows=insert))
    first = b""
    for page in range(512, len(data), 512):
        for at in range(struct.unpack_from(">H", data, page + 3)[0] if data[page] == 13 else 0):
            first = _lead(data, page + int(struct.unpack_from(">H", data, page + 8 + 2 * at)[0]), first)
    return bytes(data)


def _lead(data: bytearray, cell: int, first: bytes) -> bytes:
    """Let a row go on where the first one does, and say that it is as long as its two bytes of length can tell."""
    payload, at = _number(data, cell)
    _, record = _number(data, at)
    goes_on = record + _local(payload)
    if not first:
        return bytes(data[goes_on : goes_on + 4])
    most = payload + 508 * ((8188 - payload) // 508)
    data[cell : cell + 2] = _written(most)
    data[record + 1 : record + 3] = _written((most - 3) * 2 + 13)
    data[goes_on : goes_on + 4] = first
    return first


def _local(payload: int) -> int:
    least = (512 - 12) * 32 // 255 - 23
    kept = least + (payload - least) % 508
    return kept if kept <= 512 - 35 else least


def _number(data: bytearray, at: int) -> tuple[int, int]:
    value = 0
    while True:
        value = value << 7 | data[at] & 0x7F
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def _written(number: int) -> bytes:
    return bytes([number >> 7 | 0x80, number & 0x7F])
