"""Makes containers of files, as their own tools would."""

# ruff: noqa: S607 - git, as it is found

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import py_compile
import sqlite3
import struct
import subprocess
import tarfile
import zipfile
import zlib
from email.message import EmailMessage
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_XML = '<?xml version="1.0" encoding="UTF-8"?>'


def zipped(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def debian(files: Mapping[str, bytes]) -> bytes:
    """Make a Debian package: an ar archive of a version and two tapes."""
    members = {
        "debian-binary": b"2.0\n",
        "control.tar.xz": taped({"./control": b"Package: bot"}, "w:xz"),
        "data.tar.xz": taped(files, "w:xz"),
    }
    packed = b"!<arch>\n"
    for name, data in members.items():
        packed += (
            f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
        )
    return packed


def taped(members: Mapping[str, bytes], mode: str = "w") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def seven_zipped(members: Mapping[str, bytes]) -> bytes:
    """Make a 7z archive of one folder that LZMA2 packs, with a header that is not packed."""
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
    packed = lzma.compress(b"".join(members.values()), lzma.FORMAT_RAW, filters=filters)
    sizes = [len(content) for content in members.values()]
    names = b"\0" + "".join(f"{name}\0" for name in members).encode("utf-16-le")
    header = (
        b"\x01\x04\x06" + _number(0) + b"\x01\x09" + _number(len(packed)) + b"\0"
        b"\x07\x0b\x01\0\x01\x21\x21\x01\x10\x0c" + _number(sum(sizes)) + b"\0"
        b"\x08\x0d" + _number(len(sizes)) + b"\x09" * (len(sizes) > 1) + b"".join(map(_number, sizes[:-1])) + b"\0\0"
        b"\x05" + _number(len(sizes)) + b"\x11" + _number(len(names)) + names + b"\0\0"
    )  # fmt: skip
    start = struct.pack("<QQL", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\x04" + struct.pack("<L", zlib.crc32(start)) + start + packed + header


def _number(number: int) -> bytes:
    return b"\xff" + struct.pack("<Q", number)


def docker_save(layers: Sequence[Mapping[str, bytes]], config: object = None) -> bytes:
    members = {f"{number:064x}/layer.tar": taped(layer) for number, layer in enumerate(layers)}
    members["config.json"] = json.dumps(config or {}).encode()
    members["manifest.json"] = json.dumps([{"Config": "config.json", "Layers": list(members)[:-1]}]).encode()
    return taped(members)


def oci(layers: Sequence[Mapping[str, bytes]]) -> bytes:
    members = {f"blobs/sha256/{number:064x}": taped(layer, "w:gz") for number, layer in enumerate(layers)}
    return taped({"oci-layout": b'{"imageLayoutVersion": "1.0.0"}', **members})


def docx(paragraphs: Sequence[str]) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    document = f'{_XML}<w:document xmlns:w="urn:w"><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": _TYPES, "word/document.xml": document})


def pptx(paragraphs: Sequence[str]) -> bytes:
    body = "".join(f"<a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p>" for text in paragraphs)
    slide = f'{_XML}<p:sld xmlns:p="urn:p" xmlns:a="urn:a">{body}</p:sld>'
    return zipped({"[Content_Types].xml": _TYPES, "ppt/slides/slide1.xml": slide})


def xlsx(rows: Sequence[Sequence[str]], *, shared: bool = True, title: str = "Keys") -> bytes:
    strings = list(dict.fromkeys(cell for row in rows for cell in row))

    def cell(place: str, text: str) -> str:
        if shared:
            return f'<c r="{place}" t="s"><v>{strings.index(text)}</v></c>'
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'

    lines = [
        f'<row r="{n}">' + "".join(cell(f"{chr(65 + k)}{n}", text) for k, text in enumerate(row)) + "</row>"
        for n, row in enumerate(rows, 1)
    ]
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    target = '<Relationship Id="rId7" Target="worksheets/sheet1.xml"/>'
    return zipped(
        {
            "[Content_Types].xml": _TYPES,
            "xl/workbook.xml": f'<workbook xmlns:r="urn:r"><sheet name="{title}" r:id="rId7"/></workbook>',
            "xl/_rels/workbook.xml.rels": f"<Relationships>{target}</Relationships>",
            "xl/sharedStrings.xml": f"{_XML}<sst>{items}</sst>",
            "xl/worksheets/sheet1.xml": f"{_XML}<worksheet><sheetData>{''.join(lines)}</sheetData></worksheet>",
        }
    )


def odt(paragraphs: Sequence[str]) -> bytes:
    body = "".join(f"<text:p>{escape(text)}</text:p>" for text in paragraphs)
    content = f'{_XML}<office:document-content xmlns:office="urn:o" xmlns:text="urn:t">{body}</office:document-content>'
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def ods(rows: Sequence[Sequence[str]]) -> bytes:
    body = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in rows
    )
    content = f'{_XML}<office:body xmlns:office="urn:o" xmlns:text="urn:t" xmlns:table="urn:b">{body}</office:body>'
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def notebook(*cells: str, outputs: Sequence[str] = ()) -> bytes:
    made = [
        {
            "cell_type": "code",
            "source": cell.splitlines(keepends=True),
            "outputs": [{"output_type": "stream", "text": [text]} for text in outputs],
        }
        for cell in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4}, indent=1).encode()


def mail(text: str, *, cte: str = "quoted-printable", attachments: Mapping[str, bytes] | None = None) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "the bot"
    message.set_content(text, cte=cte)
    for name, content in (attachments or {}).items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def database(table: str, columns: Sequence[str], rows: Sequence[Sequence[object]], folder: Path) -> bytes:
    file = folder / "made.db"
    connection = sqlite3.connect(file)
    with connection:
        connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", rows)  # noqa: S608
    connection.close()
    made = file.read_bytes()
    file.unlink()
    return made


def compiled(source: str, folder: Path) -> bytes:
    file = folder / "made.py"
    file.write_text(source)
    made = (folder / "made.pyc").with_suffix(".pyc")
    py_compile.compile(str(file), str(made), doraise=True)
    content = made.read_bytes()
    file.unlink()
    made.unlink()
    return content


def bundle(files: Mapping[str, bytes], folder: Path) -> bytes:
    repository = folder / "made"
    _commit(files, repository)
    subprocess.run(
        ["git", "bundle", "create", "../made.bundle", "--all"], cwd=repository, check=True, capture_output=True
    )
    return (folder / "made.bundle").read_bytes()


def dot_git(files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    repository = folder / "made"
    _commit(files, repository)
    return {
        f"bot/{path.relative_to(repository)}": path.read_bytes()
        for path in sorted(repository.rglob(".git/objects/**/*"))
        if path.is_file()
    }


def _commit(files: Mapping[str, bytes], repository: Path) -> None:
    repository.mkdir()
    for name, content in files.items():
        (repository / name).write_bytes(content)
    for order in (
        ["init", "-q"],
        ["add", "-f", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *order], cwd=repository, check=True, capture_output=True)


STREAMS: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Return pages of text as browsers print them: numbers of the font's own, and packed objects."""
    signs = sorted(set("".join(line for page in pages for line in page)))
    numbers = {sign: 3 + n for n, sign in enumerate(signs)}
    chars = "\n".join(f"<{number:04x}> <{ord(sign):04x}>" for sign, number in numbers.items())
    space = "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange"
    streams = {2: f"{space}\n{len(signs)} beginbfchar\n{chars}\nendbfchar"}
    packed = {
        1: f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{10 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        3: "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 2 0 R >>",
        4: "<< /Font << /F4 3 0 R >> >>",
    }
    for n, page in reversed(list(enumerate(pages))):
        packed[10 + 2 * n] = f"<< /Type /Page /Parent 1 0 R /Resources 4 0 R /Contents {11 + 2 * n} 0 R >>"
        shown = ["BT /F4 11 Tf"]
        for line, text in enumerate(page):
            shown.append(f"1 0 0 -1 50 {60 + 15 * line} Tm")
            half = len(text) // 2
            runs = ["".join(f"{numbers[sign]:04x}" for sign in run) for run in (text[:half], text[half:])]
            shown.append(f"[<{runs[0]}> -3 <{runs[1]}>] TJ")
        streams[11 + 2 * n] = "\n".join([*shown, "ET"])
    bodies, places, at = list(packed.values()), list[str](), 0
    for number, body in packed.items():
        places.append(f"{number} {at}")
        at += len(body) + 1
    head = " ".join(places) + "\n"
    streams[5] = head + "\n".join(bodies)
    objects = [
        b"%d 0 obj\n<< /Filter /FlateDecode%b >>\nstream\n%b\nendstream\nendobj\n"
        % (number, b" /Type /ObjStm /First %d" % len(head) if number == 5 else b"", zlib.compress(text.encode()))
        for number, text in streams.items()
    ]
    return b"%PDF-1.7\n" + b"".join(objects) + b"%%EOF"
