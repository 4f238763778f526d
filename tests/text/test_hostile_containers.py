"""Hostile containers end within the limits, raise nothing, and write nothing."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import struct
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard.text.decode import Budget, Limits, views
from tests.examples import examples
from tests.text import packing
from tests.text.test_containers import CASES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MIB = 1 << 20
SMALL = Limits(depth=3, entries=500, total=64 * MIB, entry=4 * MIB, held=32 * MIB, ratio=250, seconds=20)


def opened(data: bytes, path: str, limits: Limits = SMALL) -> tuple[list[str], Budget]:
    """Read everything, with all that may hold documents looked through."""
    budget = Budget(limits)
    paths = []
    for view in views([data], path, budget):
        size = sum(map(len, view.pieces))
        assert size <= max(limits.entry, len(data)) + MIB
        budget.passed = True
        paths.append(view.path)
    return paths, budget


def _bomb() -> bytes:
    return packing.zipped({"bomb": bytes(20 * MIB)})


def _nested_bomb() -> bytes:
    data = packing.zipped({"bomb": bytes(8 * MIB)})
    for _ in range(4):
        data = packing.zipped({f"{n}.zip": data for n in range(8)})
    return data


def _overlapping() -> bytes:
    """Return a zip whose many entries are all the same bytes."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(b"x" * (2 * MIB)) + packed.flush()
    crc = zlib.crc32(b"x" * (2 * MIB))
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(body), 2 * MIB, 1, 0) + b"a" + body
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(body), 2 * MIB, 1, 0, 0, 0, 0, 0, 0)
    names = b"".join(entry + b"a" for _ in range(400))
    return local + names + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 400, 400, len(names), len(local), 0)


def _quine() -> bytes:
    """Return a gzip around a zip around itself as deep as it goes."""
    data = b"the end"
    for _ in range(40):
        data = gzip.compress(packing.zipped({"again.gz": data}))
    return data


def _many() -> bytes:
    return packing.zipped({f"{n}": b"" for n in range(60_000)}, zipfile.ZIP_STORED)


def _many_in_tar() -> bytes:
    return packing.taped({f"{n}": b"x" for n in range(2_000)}, "w:gz")


def _links() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tape:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            entry = tarfile.TarInfo(f"link-{kind.decode()}")
            entry.type, entry.linkname = kind, "/etc/passwd"
            tape.addfile(entry)
    return stream.getvalue()


def _lying() -> bytes:
    data = bytearray(packing.zipped({"a": b"x" * 5_000_000}))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 10)
    return bytes(data)


def _entities() -> bytes:
    text = '<!DOCTYPE d [<!ENTITY a "xxxxxxxxxx">'
    text += "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)) + "]><d>&j;</d>"
    return packing.zipped({"[Content_Types].xml": "<T/>", "word/document.xml": text})


def _deep_json() -> bytes:
    return b'{"cells": ' + b"[" * 500_000 + b'"okx"'


def _deep_mail() -> bytes:
    return b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(20_000))


def _cyclic() -> bytes:
    """Return a database whose every page leads to itself."""
    import sqlite3

    database = sqlite3.connect(":memory:")
    database.execute("PRAGMA page_size=512")
    database.execute("CREATE TABLE t (a)")
    database.executemany("INSERT INTO t VALUES (?)", [("x" * 300,) for _ in range(500)])
    database.commit()
    pages = bytearray(_serialized(database))
    for start in range(512, len(pages), 512):
        if pages[start] == 5:
            pages[start + 8 : start + 12] = struct.pack(">L", start // 512 + 1)
    return bytes(pages)


def _serialized(database: object) -> bytes:
    return bytes(database.serialize()) if hasattr(database, "serialize") else b"SQLite format 3\0"


def _recursive_view() -> bytes:
    import sqlite3

    database = sqlite3.connect(":memory:")
    forever = "WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n) SELECT a FROM n"
    database.execute(f"CREATE VIEW v AS {forever}")
    database.execute("CREATE TABLE t (a)")
    database.execute("INSERT INTO t VALUES ('x')")
    database.commit()
    return _serialized(database)


def _pickle_bomb() -> bytes:
    return b"\x80\x04" + b"(" * 200_000 + b"\x8c\x03okx" + b"\x94" * 200_000 + b"."


def _marshal_bomb() -> bytes:
    return b"\xa7\r\r\n" + bytes(12) + b"(" + struct.pack("<L", 2**31 - 1) + b"(\xff\xff\xff\x7f" * 1000


def _pack_bomb() -> bytes:
    return b"PACK\0\0\0\2\xff\xff\xff\xff" + bytes([0xBF, 0xFF, 0xFF, 0xFF, 0x7F]) + zlib.compress(bytes(MIB))


def _lying_tar(kind: bytes = tarfile.REGTYPE, size: int = (1 << 88) - 1, held: int = 40) -> bytes:
    """Return a tar with an entry that says it has the size, in the way of those above 8 GiB, and is cut off."""
    entry = tarfile.TarInfo("a.env")
    entry.type = kind
    head = bytearray(entry.tobuf())
    head[124:136] = b"\x80" + size.to_bytes(11, "big")
    head[148:156] = b"%06o\0 " % (sum(head[:148]) + 8 * 32 + sum(head[156:]))
    return bytes(head) + b"x" * held


def _shared_string() -> bytes:
    return packing.xlsx([["okx api key " * 50_000, "a"]] * 2_000)


def _counted_blanks() -> bytes:
    paragraph = '<text:p>okx<text:s text:c="1000"/></text:p>'
    content = f'<office:body xmlns:office="urn:o" xmlns:text="urn:t">{paragraph * 10_000}</office:body>'
    return packing.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def _pdf_of_one_stream() -> bytes:
    """Return pages which all show the same, which unpacks to much, in one line."""
    shown = zlib.compress((b"BT (" + b"okx api key " * 1_000 + b") Tj ET\n") * 800)
    pages = (
        b"1 0 obj<</Type/Pages/Kids[3 0 R]>>endobj\n3 0 obj<</Type/Page/Parent 1 0 R/Contents[4 0 R 4 0 R]>>endobj\n"
    )
    return b"%PDF-1.4\n" + pages + b"4 0 obj<</Filter/FlateDecode>>stream\n" + shown + b"\nendstream endobj\n"


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "flat bomb": (_bomb, "a.zip"),
    "gzip bomb": (lambda: gzip.compress(bytes(30 * MIB)), "a.gz"),
    "nested bomb": (_nested_bomb, "a.zip"),
    "overlapping": (_overlapping, "a.zip"),
    "deep": (_quine, "a.gz"),
    "60,000 entries": (_many, "a.zip"),
    "2,000 entries in a tar": (_many_in_tar, "a.tgz"),
    "lying sizes": (_lying, "a.zip"),
    "entities": (_entities, "a.docx"),
    "cyclic pages": (_cyclic, "a.db"),
    "pack bomb": (_pack_bomb, "a.pack"),
    "compiled bomb": (_marshal_bomb, "a.pyc"),
    "a size that lies": (_lying_tar, "a.tar"),
    "a size that lies, packed": (lambda: gzip.compress(_lying_tar()), "a.tgz"),
    "a name as long as memory": (lambda: _lying_tar(tarfile.GNUTYPE_LONGNAME, 1 << 40, 120 * MIB), "a.tar"),
    "a page of one long line": (_pdf_of_one_stream, "a.pdf"),
    "one string in many cells": (_shared_string, "a.xlsx"),
    "blanks by their number": (_counted_blanks, "a.odt"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_container_is_noted_and_costs_little(name: str) -> None:
    make, path = HOSTILE[name]
    data = make()
    tracemalloc.start()
    started = time.process_time()
    _, budget = opened(data, path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert budget.notes
    assert time.process_time() - started < 40
    assert peak < 150 * MIB
    assert budget.total <= SMALL.total + 2 * MIB


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_mail_takes_memory_by_its_size_and_not_by_its_lines(kind: str) -> None:
    head = f"From: a\nContent-Type: text/{kind}\n\n".encode()
    opened(head + b"\n", "a.eml")  # what is imported and compiled for it is there from then on
    tracemalloc.start()
    opened(head + b"\n" * 100_000, "a.eml")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * MIB


@pytest.mark.parametrize("make", [_links, _deep_json, _deep_mail, _recursive_view, _pickle_bomb])
def test_odd_containers_end(make: Callable[[], bytes]) -> None:
    path = {"_deep_json": "a.ipynb", "_deep_mail": "a.eml"}.get(make.__name__, "a")
    started = time.process_time()
    opened(make(), path)
    assert time.process_time() - started < 20


def test_an_entry_that_unpacks_to_a_thousand_times_its_size_is_given_up_at_once() -> None:
    data = packing.zipped({"zeros.txt": bytes(400 * MIB), "a.env": b"OKX"})
    paths, budget = opened(data, "a.zip", Limits())
    assert "a.zip!/a.env" in paths
    assert [note.what for note in budget.notes] == ["a.zip!/zeros.txt"]
    assert budget.total < 100 * MIB  # which a quarter of the ratio's limit would let it reach


def test_a_zip_in_a_program_is_named_where_it_is_too_large() -> None:
    packed = packing.zipped({"a.env": b"OKX", "random": os.urandom(5 * MIB)})
    paths, budget = opened(b"MZ\0\1" + bytes(range(256)) * 40 + packed, "setup.exe")
    assert not [path for path in paths if path != "setup.exe"]
    assert [note.reason for note in budget.notes] == ["the zip in it is larger than 4 MiB"]


def test_what_only_begins_like_a_zip_in_a_program_is_none() -> None:
    head = packing.zipped({"a.env": b"OKX"}, zipfile.ZIP_STORED)[:40]
    paths, budget = opened(b"MZ\0\1" + bytes(range(256)) * 40 + head + bytes(range(256)) * 400, "setup.exe")
    assert set(paths) <= {"setup.exe"}
    assert not budget.notes


def test_names_lead_nowhere_and_break_no_line() -> None:
    names = ["../../etc/passwd", "/etc/shadow", "a/../../b", "C:\\x\\y", "one\ntwo", "nul\0byte", "..", "\x1b[31m"]
    paths, _ = opened(packing.taped(dict.fromkeys(names, b"text")), "a.tar")
    assert len(paths) == len(names)
    for path in paths:
        outer, _, inner = path.partition("!/")
        assert outer == "a.tar"
        assert inner.isprintable()
        assert not {"..", ""} & set(inner.split("/"))


def test_what_is_encrypted_is_named() -> None:
    data = bytearray(packing.zipped({"secret.env": b"OKX"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    _, budget = opened(bytes(data), "a.zip")
    assert [(note.what, note.reason) for note in budget.notes] == [("a.zip!/secret.env", "it is encrypted")]


@pytest.mark.parametrize(
    "name", ["zip", "7z", "tar.gz", "xlsx", "quoted-printable", "sqlite", "compiled", "pickle", "bundle"]
)
def test_a_container_cut_at_any_byte_raises_nothing(name: str, tmp_path: Path) -> None:
    make, path, _ = CASES[name]
    data = make(tmp_path)
    for size in range(0, len(data), max(1, len(data) // 150)):
        opened(data[:size], path)


@pytest.mark.parametrize(
    "name", ["zip", "7z", "tar.xz", "docx", "notebook", "attachment", "sqlite", "compiled", "pickle", "rtf", "pdf"]
)
def test_a_container_with_changed_bytes_raises_nothing(name: str, tmp_path: Path) -> None:
    make, path, _ = CASES[name]
    data = make(tmp_path)
    chance = random.Random(name)  # noqa: S311 - to be the same each time
    for _ in range(150):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        opened(bytes(changed), path)


_HEADS = [
    b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b"SQLite format 3\0", b"\x37\x7f\x06\x82", b"%PDF-",
    b"{\\rtf", b"# v2 git bundle\n\nPACK", b"PACK\0\0\0\2", b"From a 2026\nA: b\n", b"\x80\x04", b"\xa7\r\r\n",
    b"7z\xbc\xaf\x27\x1c\0\4",
]  # fmt: skip
_NAMES = ["a", "a.ipynb", "a.eml", "a.pyc", "a.tar", "a.zip", ".git/objects/ab/" + "c" * 38]


@given(st.sampled_from(_HEADS), st.binary(max_size=600), st.sampled_from(_NAMES))
@examples(300)
def test_random_bytes_raise_nothing(head: bytes, rest: bytes, path: str) -> None:
    opened(head + rest, path)


def test_json_of_a_notebook_that_is_cut_keeps_what_is_there() -> None:
    data = json.dumps({"cells": [{"cell_type": "code", "source": ["x = 1\n"]}]}).encode()
    paths, _ = opened(data[:-3], "a.ipynb")
    assert paths


def test_an_entry_of_unknown_length_does_not_swallow_those_behind_it() -> None:
    data = packing.zipped({"empty": b"", "a.env": b"OKX", "b.env": b"OKX"}, zipfile.ZIP_STORED)
    paths, _ = opened(data[: data.find(b"PK\x01\x02")], "cut.zip")
    assert paths == ["cut.zip!/a.env", "cut.zip!/b.env"]
