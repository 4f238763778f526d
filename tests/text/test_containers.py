"""A credential in a container is found with all its parts, and the place that is shown leads to it."""

from __future__ import annotations

import base64
import gzip
import json
import pickle
import zlib
from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest

from keyguard import api
from keyguard.engine.order import scan
from keyguard.packs import expand, marks, value_of_mark
from keyguard.settings import Settings
from keyguard.sources.files import FileSource
from tests.cases import rule_set
from tests.text import packing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from keyguard.model import Outcome

ENV = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"
CODE = """import ccxt

exchange = ccxt.okx({
    "apiKey": "<api_key>",
    "secret": "<secret_key>",
    "password": "<passphrase>",
})
"""
ARGUMENTS = """import okx.Trade as Trade

def main():
    return Trade.TradeAPI("<api_key>", "<secret_key>", "<passphrase>", False, "0")
"""
NOTE = ["The OKX account of the bot", "API Key: <api_key>", "Secret Key: <secret_key>", "Passphrase: <passphrase>"]
TABLE = [["Exchange", "API Key", "Secret Key", "Passphrase"], ["OKX", "<api_key>", "<secret_key>", "<passphrase>"]]
PAIRS = [["OKX"], ["API Key", "<api_key>"], ["Secret Key", "<secret_key>"], ["Passphrase", "<passphrase>"]]
FROM = b"\nFrom a@b Thu Jan  1 00:00:00 2026\n"
ORDER = ("api_key", "secret_key", "passphrase")


def filled(text: str) -> str:
    return expand(text, "containers")


def _rows(rows: list[list[str]]) -> list[list[str]]:
    return [[filled(cell) for cell in row] for row in rows]


def _pair(line: str) -> list[str]:
    return line.split("=", 1)


def _env() -> bytes:
    return filled(ENV).encode()


def _note() -> list[str]:
    return [filled(line) for line in NOTE]


def _rtf() -> bytes:
    return ("{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}\\f0\n" + "\\par\n".join(_note()) + "}").encode()


def _pickle() -> bytes:
    return pickle.dumps({"okx": dict(zip(ORDER, _rows(TABLE)[1][1:], strict=True)), "seen": [1, 2.5, "x"]})


def _secret(data: str) -> bytes:
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: bot}}\ndata:\n  .env: {data}\n".encode()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _program() -> bytes:
    strings = filled("okx_api_key=<api_key>\0okx_secret_key=<secret_key>\0okx_passphrase=<passphrase>\0").encode()
    return b"\x7fELF\2\1\1\0" + bytes(range(256)) * 4 + strings + bytes(range(256))


def _wide_program() -> bytes:
    return b"MZ\0\1" + bytes(range(256)) * 4 + "\n".join(_env().decode().split("\n")).encode("utf-16-le") + b"\0\1\2"


def _assigned() -> str:
    return filled('import okx\n\nAPI_KEY = "<api_key>"\nSECRET_KEY = "<secret_key>"\nPASSPHRASE = "<passphrase>"\n')


def _pdf() -> bytes:
    import zlib

    text = "\n".join(f"1 0 0 1 50 {700 - 20 * n} Tm ({line}) Tj" for n, line in enumerate(_note()))
    stream = zlib.compress(f"BT /F1 12 Tf\n{text}\nET".encode())
    return b"%%PDF-1.4\n1 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream\nendobj\n%%%%EOF" % (
        len(stream),
        stream,
    )


def _har() -> bytes:
    body = filled('{"apiKey": "<api_key>", "secretKey": "<secret_key>", "passphrase": "<passphrase>"}')
    entry = {"request": {"url": "https://bot.example/okx/login", "postData": {"text": body}}}
    return json.dumps({"log": {"entries": [entry]}}, indent=1).encode()


# What is made, its name, and for each part where it stands.
CASES: dict[str, tuple[Callable[[Path], bytes], str, list[str]]] = {
    "zip": (
        lambda _: packing.zipped({"bot/readme.md": b"A bot.", "bot/.env": _env()}),
        "backup.zip",
        ["backup.zip!/bot/.env:1:13", "backup.zip!/bot/.env:2:16", "backup.zip!/bot/.env:3:16"],
    ),
    "wheel": (
        lambda _: packing.zipped({"bot/settings.py": filled(CODE)}),
        "bot-1.0-py3-none-any.whl",
        [f"bot-1.0-py3-none-any.whl!/bot/settings.py:{n}" for n in (4, 5, 6)],
    ),
    "7z": (
        lambda _: packing.seven_zipped({"bot/readme.md": b"A bot.", "bot/.env": _env()}),
        "backup.7z",
        [f"backup.7z!/bot/.env:{n}" for n in (1, 2, 3)],
    ),
    "deb": (
        lambda _: packing.debian({"./etc/readme": b"A bot.", "./etc/bot/.env": _env()}),
        "bot_1.0_amd64.deb",
        [f"bot_1.0_amd64.deb!/data.tar.xz!/etc/bot/.env:{n}" for n in (1, 2, 3)],
    ),
    "jar": (
        lambda _: packing.zipped({"application.properties": filled(ENV)}),
        "bot.jar",
        [f"bot.jar!/application.properties:{n}" for n in (1, 2, 3)],
    ),
    "zip in zip": (
        lambda _: packing.zipped({"old/backup.zip": packing.zipped({".env": _env()})}),
        "all.zip",
        [f"all.zip!/old/backup.zip!/.env:{n}" for n in (1, 2, 3)],
    ),
    "a program that unpacks itself": (
        lambda _: b"MZ\0\1" + bytes(range(256)) * 9000 + packing.zipped({"readme.md": b"A bot.", "bot/.env": _env()}),
        "setup.exe",
        [f"setup.exe!/bot/.env:{n}" for n in (1, 2, 3)],
    ),
    "cut zip": (
        lambda _: packing.zipped({".env": _env(), "other": b"x" * 99})[:-60],
        "cut.zip",
        [f"cut.zip!/.env:{n}" for n in (1, 2, 3)],
    ),
    "tar": (lambda _: packing.taped({"bot/.env": _env()}), "a.tar", [f"a.tar!/bot/.env:{n}" for n in (1, 2, 3)]),
    "tar.gz": (
        lambda _: packing.taped({"bot/.env": _env()}, "w:gz"),
        "a.tar.gz",
        [f"a.tar.gz!/bot/.env:{n}" for n in (1, 2, 3)],
    ),
    "tgz without an ending": (
        lambda _: packing.taped({"bot/.env": _env()}, "w:gz"),
        "backup",
        [f"backup!/bot/.env:{n}" for n in (1, 2, 3)],
    ),
    "tar.bz2": (
        lambda _: packing.taped({"bot/.env": _env()}, "w:bz2"),
        "a.tbz2",
        [f"a.tbz2!/bot/.env:{n}" for n in (1, 2, 3)],
    ),
    "tar.xz": (
        lambda _: packing.taped({"bot/.env": _env()}, "w:xz"),
        "a.tar.xz",
        [f"a.tar.xz!/bot/.env:{n}" for n in (1, 2, 3)],
    ),
    "gz": (lambda _: packing.STREAMS["gz"](_env()), ".env.gz", [f".env.gz!/.env:{n}" for n in (1, 2, 3)]),
    "bz2": (lambda _: packing.STREAMS["bz2"](_env()), "a.env.bz2", [f"a.env.bz2!/a.env:{n}" for n in (1, 2, 3)]),
    "xz": (lambda _: packing.STREAMS["xz"](_env()), "a.env.xz", [f"a.env.xz!/a.env:{n}" for n in (1, 2, 3)]),
    "two gzip streams": (
        lambda _: packing.STREAMS["gz"](b"x\n") + packing.STREAMS["gz"](_env()),
        "a.env.gz",
        [f"a.env.gz!/a.env:{n}" for n in (2, 3, 4)],
    ),
    "docker save, deleted later": (
        lambda _: packing.docker_save([{"app/.env": _env()}, {"app/.wh..env": b""}]),
        "image.tar",
        [f"image.tar!/{0:064x}/layer.tar!/app/.env:{n}" for n in (1, 2, 3)],
    ),
    "docker save, configuration": (
        lambda _: packing.docker_save([{"x": b"y"}], {"config": {"Env": filled(ENV).split()}}),
        "image.tar",
        ["image.tar!/config.json:1"] * 3,
    ),
    "oci": (
        lambda _: packing.oci([{"app/.env": _env()}]),
        "image.tar",
        [f"image.tar!/blobs/sha256/{0:064x}!/app/.env:{n}" for n in (1, 2, 3)],
    ),
    "docx": (
        lambda _: packing.docx(_note()),
        "howto.docx",
        [f"howto.docx!/word/document.xml:{n}" for n in (2, 3, 4)],
    ),
    "pptx": (lambda _: packing.pptx(_note()), "a.pptx", [f"a.pptx!/ppt/slides/slide1.xml:{n}" for n in (2, 3, 4)]),
    "odt": (lambda _: packing.odt(_note()), "a.odt", [f"a.odt!/content.xml:{n}" for n in (2, 3, 4)]),
    "xlsx": (lambda _: packing.xlsx(_rows(TABLE)), "a.xlsx", [f"a.xlsx!/Keys:2:{n}" for n in (2, 3, 4)]),
    "xlsx, inline strings": (
        lambda _: packing.xlsx(_rows(TABLE), shared=False),
        "a.xlsx",
        [f"a.xlsx!/Keys:2:{n}" for n in (2, 3, 4)],
    ),
    "xlsx, pairs": (lambda _: packing.xlsx(_rows(PAIRS)), "a.xlsx", [f"a.xlsx!/Keys:{n}:2" for n in (2, 3, 4)]),
    "ods": (lambda _: packing.ods(_rows(PAIRS)), "a.ods", [f"a.ods!/content.xml:{n}" for n in (2, 3, 4)]),
    "notebook": (lambda _: packing.notebook("1 + 1", filled(CODE)), "run.ipynb", ["run.ipynb"] * 3),
    "notebook output": (
        lambda _: packing.notebook("print(okx)", outputs=[filled(ENV)]),
        "run.ipynb",
        ["run.ipynb"] * 3,
    ),
    "quoted-printable": (
        lambda _: packing.mail("\n".join([*_note(), "=" + "x" * 90, "ü"])),
        "a.eml",
        [f"a.eml:{n}" for n in (9, 10, 11)],
    ),
    "mail in base64": (
        lambda _: packing.mail("\n".join(_note()), cte="base64"),
        "a.eml",
        [f"a.eml!/part 1:{n}" for n in (2, 3, 4)],
    ),
    "attachment": (
        lambda _: packing.mail("See there.", attachments={"bot.env": _env()}),
        "a.eml",
        [f"a.eml!/bot.env:{n}" for n in (1, 2, 3)],
    ),
    "zip attached": (
        lambda _: packing.mail("See there.", attachments={"bot.zip": packing.zipped({".env": _env()})}),
        "a.eml",
        [f"a.eml!/bot.zip!/.env:{n}" for n in (1, 2, 3)],
    ),
    "mailbox": (
        lambda _: FROM[1:] + packing.mail("x") + FROM + packing.mail("See there.", attachments={"bot.env": _env()}),
        "sent.mbox",
        [f"sent.mbox!/bot.env:{n}" for n in (1, 2, 3)],
    ),
    "har": (lambda _: _har(), "login.har", ["login.har:8"] * 3),
    "sqlite": (
        lambda folder: packing.database(
            "accounts", ["id", "exchange", *ORDER], [[1, "kraken", "", "", ""], [2, *_rows(TABLE)[1]]], folder
        ),
        "app.db",
        [f"app.db!/accounts:2:{n}" for n in (3, 4, 5)],
    ),
    "sqlite, names and values": (
        lambda folder: packing.database(
            "settings", ["name", "value"], [["theme", "dark"], *map(_pair, filled(ENV).split())], folder
        ),
        "app.sqlite3",
        [f"app.sqlite3!/settings:{n}:2" for n in (2, 3, 4)],
    ),
    "sqlite in tar.gz": (
        lambda folder: packing.taped(
            {"a.db": packing.database("t", ["exchange", *ORDER], [_rows(TABLE)[1]], folder)}, "w:gz"
        ),
        "a.tgz",
        [f"a.tgz!/a.db!/t:1:{n}" for n in (2, 3, 4)],
    ),
    "compiled": (lambda folder: packing.compiled(_assigned(), folder), "config.pyc", ["config.pyc"] * 3),
    "compiled call": (lambda folder: packing.compiled(filled(CODE), folder), "bot.pyc", ["bot.pyc"] * 3),
    "compiled arguments": (
        lambda folder: packing.compiled(filled(ARGUMENTS), folder),
        "bot.pyc",
        ["bot.pyc"] * 3,
    ),
    "pickle": (lambda _: _pickle(), "state.pkl", ["state.pkl"] * 3),
    "Secret with a whole file": (lambda _: _secret(_b64(_env())), "k8s.yaml", ["k8s.yaml:5:9"] * 3),
    "base64 twice": (
        lambda _: f'{{"okx": "{_b64(_b64(_env()).encode())}"}}'.encode(),
        "a.json",
        ["a.json:1:10"] * 3,
    ),
    "gzip in base64": (lambda _: b"okx: " + _b64(gzip.compress(_env())).encode(), "a.yaml", ["a.yaml"] * 3),
    "base64url": (
        lambda _: b"OKX_CONFIG=" + base64.urlsafe_b64encode(b"?>" + _env()).rstrip(b"="),
        "run.sh",
        ["run.sh:1:12"] * 3,
    ),
    "data address": (
        lambda _: f'<a href="data:text/plain;base64,{_b64(_env())}">env</a>'.encode(),
        "a.html",
        ["a.html:1:33"] * 3,
    ),
    "hex": (lambda _: f"# okx\nblob = '{_env().hex()}'\n".encode(), "a.py", ["a.py:2:9"] * 3),
    "base32": (lambda _: b"okx=" + base64.b32encode(_env()), "a.txt", ["a.txt:1:5"] * 3),
    "a file of base64": (lambda _: base64.encodebytes(_env()), "env.b64", ["env.b64:1:1"] * 3),
    "a decode call": (
        lambda _: f'echo {_b64(b"x" + _env())} | base64 -d > .env'.encode(),
        "setup.sh",
        ["setup.sh:1:6"] * 3,
    ),
    "base64 in a notebook": (
        lambda _: packing.notebook("import okx", f'CONFIG = b64decode("{_b64(_env())}")'),
        "a.ipynb",
        ["a.ipynb"] * 3,
    ),
    "mail as a page": (
        lambda _: packing.mail("<html><body>" + "<br>".join(_note()) + "</body></html>").replace(b"/plain", b"/html"),
        "a.eml",
        ["a.eml:8"] * 3,
    ),
    "rtf": (lambda _: _rtf(), "note.rtf", [f"note.rtf:{n}" for n in (3, 4, 5)]),
    "pdf": (lambda _: _pdf(), "note.pdf", ["note.pdf"] * 3),
    "pdf, pages, fonts' own numbers": (
        lambda _: packing.pdf([["A guide", "to okx"], _note()]),
        "guide.pdf",
        ["guide.pdf:2:"] * 3,
    ),
    "program": (lambda _: _program(), "bot.bin", ["bot.bin"] * 3),
    "program, wide strings": (lambda _: _wide_program(), "bot.exe", ["bot.exe"] * 3),
    "bundle": (lambda folder: packing.bundle({".env": _env()}, folder), "bot.bundle", ["bot.bundle!/"] * 3),
    ".git in an archive": (
        lambda folder: packing.taped(packing.dot_git({".env": _env()}, folder), "w:gz"),
        "bot.tgz",
        ["bot.tgz!/bot/.git/objects/"] * 3,
    ),
}  # fmt: skip


def scanned(folder: Path, **settings: object) -> Outcome:
    chosen = Settings(root=folder, **settings)  # type: ignore[arg-type]
    source = FileSource([str(folder)], root=folder, everything=False, exclude=(), max_file_size=chosen.max_file_size)
    return scan([source], rule_set(), chosen, jobs=1)


@pytest.mark.parametrize("name", CASES)
def test_a_credential_in_a_container_is_whole_and_its_places_lead_to_it(name: str, tmp_path: Path) -> None:
    make, path, places = CASES[name]
    outcome = _whole(make(tmp_path), path, places, tmp_path / "scanned")
    assert bool(outcome.skipped) is name.startswith("cut")


_LINES = {".eml", ".mbox", ".rtf", ".har", ".ipynb"}  # what consists of lines of text


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
@pytest.mark.parametrize("name", [name for name, case in CASES.items() if PurePath(case[1]).suffix in _LINES])
def test_the_lines_of_a_container_end_in_any_way(name: str, end: bytes, tmp_path: Path) -> None:
    make, path, places = CASES[name]
    content = make(tmp_path).replace(b"\r\n", b"\n").replace(b"\n", end)
    _whole(content, path, places, tmp_path / "scanned")


def _whole(content: bytes, path: str, places: list[str], folder: Path) -> Outcome:
    """Scan a container, and see that its credential is told whole and where it stands."""
    folder.mkdir()
    (folder / path).write_bytes(content)
    outcome = scanned(folder)
    assert len(outcome.findings) == 1, outcome.skipped
    found = {match.part: match for match in outcome.findings[0].matches}
    assert {part: match.value.reveal().decode() for part, match in found.items()} == {
        part: value_of_mark(f"<{part}>", "containers") for part, _, _ in marks(ENV)
    }
    told = [f"{found[p].blob.path}:{found[p].region.line}:{found[p].region.column}:" for p in ORDER]
    assert all(place.startswith(start) for place, start in zip(told, places, strict=True)), told
    assert {match.blob.file for match in found.values()} == {path}
    return outcome


def test_a_place_in_a_notebook_is_that_of_the_file(tmp_path: Path) -> None:
    content = packing.notebook("1 + 1", filled(CODE))
    (tmp_path / "run.ipynb").write_bytes(content)
    lines = content.decode().split("\n")
    for match in scanned(tmp_path).findings[0].matches:
        value = match.value.reveal().decode()
        assert lines[match.region.line - 1][match.region.column - 1 :].startswith(value)
        assert match.via == ("cell 2",)


def test_an_output_in_html_is_read_as_it_is_shown(tmp_path: Path) -> None:
    rows = [_pair(line) for line in _env().decode().split()]
    lines = ["".join(f"<td><b>{row[column]}</b></td>" for row in rows) for column in (0, 1)]
    html = ["<table>\n", f"<tr>{lines[0]}</tr>\n", f"<tr>{lines[1]}</tr></table>"]
    cells = [{"cell_type": "code", "source": ["frame"], "outputs": [{"data": {"text/html": html}}]}]
    text = json.dumps({"cells": cells, "nbformat": 4}, indent=1).encode()
    line = next(n for n, one in enumerate(text.decode().splitlines(), 1) if lines[1][:20] in one)
    _whole(text, "a.ipynb", [f"a.ipynb:{line}:"] * 3, tmp_path / "scanned")


def test_cells_of_a_row_in_a_pdf_stay_together(tmp_path: Path) -> None:
    """Each is put in its place, and followed by the end of a line."""
    rows = [_pair(line) for line in _env().decode().split()]
    shown = "\n".join(
        f"BT 1 0 0 1 {6 + 250 * n} {23 - 18 * m} Tm ({rows[n][m]}) Tj T* ET" for m in (0, 1) for n in range(len(rows))
    )
    objects = [
        "<</Type/Pages/Kids[2 0 R]>>",
        "<</Type/Page/Parent 1 0 R/Contents 3 0 R>>",
        f"<<>>stream\n{shown}\nendstream",
    ]
    text = "%PDF-1.4\n" + "\n".join(f"{n} 0 obj{one}endobj" for n, one in enumerate(objects, 1))
    _whole(text.encode(), "a.pdf", ["a.pdf:1:"] * 3, tmp_path / "scanned")


def test_why_says_that_an_archive_has_no_such_entry(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(packing.zipped({"bot/.env": _env()}))
    told = {name: api.why(f"{tmp_path}/a.zip!/{name}", 1).skipped for name in ("bot/.env", "nope")}
    assert told["bot/.env"] == ()
    assert [note.reason for note in told["nope"]] == ["no text of that name was found in it"]


def test_nothing_is_opened_where_that_is_not_wanted(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(packing.zipped({".env": _env()}))
    outcome = scanned(tmp_path, no_decode=True)
    assert (outcome.findings, outcome.skipped) == ((), ())
    assert dict(outcome.scanned.left_out) == {"binary files": 1}


_BEGINS = {
    "a.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "a.jpg": b"\xff\xd8\xff\xe1\0\x18Exif\0\0",
    "a.mp4": b"\0\0\0\x20ftypisom",
    "a.mp3": b"ID3\4\0\0\0\0",
    "a.ttf": b"\0\1\0\0\0\x12",
    "a.exe": b"MZ\x90\0",
}
_NOISE = bytes(range(256)) * 64


@pytest.mark.parametrize("is_wide", [False, True])
@pytest.mark.parametrize("name", _BEGINS)
def test_what_is_noted_in_a_binary_of_any_kind_is_found(name: str, tmp_path: Path, *, is_wide: bool) -> None:
    noted = _env().decode().encode("utf-16-le") if is_wide else _NOISE + _env() + b"\0" * 8 + _NOISE
    (tmp_path / name).write_bytes(_BEGINS[name] + noted)
    (finding,) = scanned(tmp_path).findings
    assert {match.part for match in finding.matches} == set(ORDER)


@pytest.mark.parametrize("name", [*_BEGINS, "a.txt"])
def test_a_binary_with_something_in_it_is_named_where_nothing_is_opened(name: str, tmp_path: Path) -> None:
    begin = _BEGINS.get(name, b"one\0stray byte\n")
    (tmp_path / name).write_bytes(begin + _env())
    (tmp_path / "clean.bin").write_bytes(begin + _NOISE)
    outcome = scanned(tmp_path, no_decode=True)
    assert [one.what for one in outcome.skipped] == [name]
    assert "--no-decode" in outcome.skipped[0].reason
    assert dict(outcome.scanned.left_out) == {"binary files": 2}


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_of_base64_end_in_any_way(end: bytes, tmp_path: Path) -> None:
    folded = base64.encodebytes(_env() * 2).replace(b"\n", b"\n    ")
    (tmp_path / "a.yml").write_bytes((b"data:\n  okx: |\n    " + folded).replace(b"\n", end))
    (finding,) = scanned(tmp_path).findings
    assert {match.part for match in finding.matches} == set(ORDER)


def test_a_pattern_ignores_an_archive_or_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(packing.zipped({"bot/.env": _env()}))
    for pattern in ("a.zip", ".env", "a.zip!/bot/.env"):
        (finding,) = scanned(tmp_path, ignore_patterns=((1, pattern),)).findings
        assert finding.suppressed, pattern
    assert not scanned(tmp_path, ignore_patterns=((1, "b.zip"),)).findings[0].suppressed


def test_a_comment_ignores_in_its_own_member_alone(tmp_path: Path) -> None:
    waived = filled(ENV).replace("\n", "  # keyguard: ignore a test\n")
    other = expand(ENV, "another").encode()
    (tmp_path / "a.zip").write_bytes(packing.zipped({"one/.env": waived, "two/.env": other}))
    told = {finding.matches[0].blob.inner: bool(finding.suppressed) for finding in scanned(tmp_path).findings}
    assert told == {"one/.env": True, "two/.env": False}


SILENT: dict[str, tuple[Callable[[], bytes], str]] = {
    "picture": (lambda: b"\x89PNG\r\n\x1a\n\0okx " + zlib.compress(bytes(range(256)) * 900, 1), "okx.png"),
    "font": (lambda: b"wOF2\0\1\0\0" + zlib.compress(bytes(range(255)) * 900, 1), "okx.woff2"),
    "template": (lambda: packing.docx(["OKX account", "API Key: ________", "Secret Key: <your secret>"]), "a.docx"),
    "empty zip": (lambda: packing.zipped({}), "a.zip"),
    "empty notebook": (packing.notebook, "a.ipynb"),
    "placeholders": (lambda: packing.zipped({".env": "OKX_API_KEY=your-api-key\nOKX_SECRET_KEY=xxx\n"}), "a.zip"),
    "hashes": (lambda: packing.zipped({"RECORD": "okx/api.py,sha256=" + "0a" * 32 + ",99\n"}), "okx-1.whl"),
    "picture in base64": (lambda: b"okx: " + base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9), "a.yml"),
    "token": (
        lambda: b"okx: eyJhbGciOiJIUzI1NiJ9." + base64.b64encode(b'{"sub": "1234567890", "name": "okx"}'),
        "a.yml",
    ),
    "certificate": (
        lambda: b"# okx\n-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(bytes(range(256)) * 3),
        "a.pem",
    ),
    "lock": (lambda: b'"okx-api@^1": integrity sha512-' + base64.b64encode(bytes(range(64))), "a.lock"),
    "random": (lambda: b"\0\1okx" + bytes(range(256)) * 64, "okx.bin"),
}


def test_content_of_a_git_object_is_told_by_itself(tmp_path: Path) -> None:
    """Content that begins with `x` as packed bytes do, was unpacked once more."""
    files = {"a.py": b"x = 1\n", "b.env": b"x=1\n" + _env()}
    packed = packing.taped(packing.dot_git(files, tmp_path))
    outcome = _whole(packed, "bot.tar", ["bot.tar!/bot/.git/objects/"] * 3, tmp_path / "scanned")
    assert outcome.skipped == ()


_UNOPENED = {
    "a.rar": b"Rar!\x1a\x07\x01\0",
    "a.cab": b"MSCF\0\0\0\0",
    "a.arj": b"\x60\xea\0\0",
    "a.lzh": b"\x20\0-lh5-\0",
    "a.ace": b"\0" * 7 + b"**ACE**",
    "a.dmg": b"x\1" + bytes(60),
    "a.iso": bytes(64),
    "a.rpm": b"\xed\xab\xee\xdb\3\0",
    "a.cpio": b"070701" + b"0" * 104 + b"a\0",
    "a.wim": b"MSWIM\0\0\0",
    "renamed": b"Rar!\x1a\x07\0",
}


@pytest.mark.parametrize("name", _UNOPENED)
def test_an_archive_that_is_not_opened_is_named_and_its_strings_are_read(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(_UNOPENED[name] + bytes(8) + b"nothing to see\n")
    (tmp_path / "b.zip").write_bytes(packing.zipped({name: _UNOPENED[name] + bytes(8) + b"\n" + _env()}))
    outcome = scanned(tmp_path)
    assert {note.what for note in outcome.skipped} == {name, f"b.zip!/{name}"}
    assert all("which is not opened" in note.reason for note in outcome.skipped)
    assert len(outcome.findings) == 1


@pytest.mark.parametrize("name", SILENT)
def test_what_holds_no_credential_stays_silent(name: str, tmp_path: Path) -> None:
    make, path = SILENT[name]
    (tmp_path / path).write_bytes(make())
    outcome = scanned(tmp_path)
    assert (outcome.findings, outcome.skipped) == ((), ())


def test_a_compiled_module_is_read_where_its_source_is_gone(tmp_path: Path) -> None:
    content = packing.compiled(_assigned(), tmp_path)
    folder = tmp_path / "bot" / "__pycache__"
    folder.mkdir(parents=True)
    (folder / "config.cpython-311.pyc").write_bytes(content)
    assert len(scanned(tmp_path).findings) == 1
    (tmp_path / "bot" / "config.py").write_text("")
    assert not scanned(tmp_path).findings
