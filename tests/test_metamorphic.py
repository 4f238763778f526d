"""What is found does not depend on what stands around it, on how its lines begin and end, or on the size of its file.

Each case of the corpus is changed in each way below, and must be found as before: in CI those that a hash chooses, all
of them with KEYGUARD_TEST_ALL=1 (some minutes).
"""

from __future__ import annotations

import os
import random
import re
import uuid
import zlib
from typing import TYPE_CHECKING

import pytest

from tests.cases import LEAK, SILENT, cases, expected, fill, found
from tests.test_corpus import _KNOWN_MISSES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NOTHING = b"nothing of interest\nis said here\n"
_LEAKS = [case for case in cases(LEAK) if case.name not in _KNOWN_MISSES]
_ALL = bool(os.environ.get("KEYGUARD_TEST_ALL"))
_SHARE = 1 if _ALL else 150
pytestmark = [pytest.mark.timeout(3600)] if _ALL else []  # some minutes for each way
_OTHERWISE = {
    ("tabs", "879-loguru-arrows"): "its arrows point at columns",
    ("twice the indentation", "879-loguru-arrows"): "its arrows point at columns",
    ("indented", "1228-shell-split-value"): "its values go on at the begin of a line",
    **{
        (way, case): "it is an RTF or a mail no more"
        for way in ("text before", "ids before", "indented")
        for case in ("2784-rtf-by-numbers", "2785-rtf-of-a-chinese-word", "2782-words-of-a-mail")
    },
    ("two files", "1323-bare-names-decode"): "what decodes its values is imported in the other file",
    ("two files", "2522-key-handed-to-a-method"): "its client is made in the other file",
    ("indented", "2365-vendored-modules"): "its list of modules begins its lines",
    ("another name", "2365-vendored-modules"): "the list of modules has one name",
    ("two files", "1005-blocks-of-ids"): "two pairs are few enough to be accounts",
    **{
        (way, "746-txt-three-lines"): "a bare line among bare lines"
        for way in ("two files", "ids before", "ids behind", "10,000 ids behind")
    },
    **{
        ("two files", case): "a constant is named by its use, which is in the other file"
        for case in (
            "1251-python-arguments", "1252-go-constants", "1254-ts-members", "1255-yaml-scalar-anchors",
            "1269-terraform-locals", "1270-python-keywords", "1272-rust-constants", "1274-assigned-header",
            "1278-kotlin-constants", "1279-ruby-constants", "1280-swift-lets", "1281-go-struct-fields",
            "1282-gitlab-anchors", "2418-template-with-a-constant", "2332-terraform-format", "2338-go-join",
            "2484-ids-handed-over-as-keys",
        )
    },
}  # fmt: skip
"""What a change makes another text of, and why."""
_UNITS = re.compile(rb"(?m)^(?: {4})+|^(?: {2})+")


def _ids(count: int) -> bytes:
    source = random.Random(count)  # noqa: S311 - made up, and the same every time
    return b"".join(b"%s\n" % str(uuid.UUID(int=source.getrandbits(128), version=4)).encode() for _ in range(count))


def _lines(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def _before(text: bytes) -> Callable[[bytes], bytes]:
    return lambda data: text + b"\n\n" + data


def _behind(text: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.rstrip(b"\n") + b"\n\n\n" + text


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "CRLF": lambda data: _lines(data).replace(b"\n", b"\r\n"),
    "CR": lambda data: _lines(data).replace(b"\n", b"\r"),
    "tabs": lambda data: _UNITS.sub(lambda unit: b"\t" * (len(unit[0]) // 2), data),
    "twice the indentation": lambda data: re.sub(rb"(?m)^ +", rb"\g<0>\g<0>", data),
    "indented": lambda data: re.sub(rb"(?m)^(?=.)", b"    ", data),
    "text before": _before(_NOTHING),
    "text behind": _behind(_NOTHING),
    "ids before": _before(_ids(50)),
    "ids behind": _behind(_ids(300)),
    "10,000 ids behind": _behind(_ids(10_000)),
    "a larger file": _behind(_NOTHING * 4000),
}


def _is_text(data: bytes) -> bool:
    """Say whether a file is a text of several lines: what is nothing but a value has nothing around it."""
    several = b"\n" in data.strip() and b"\r" not in _lines(data)
    return several and b"\0" not in data[:8192] and not data.startswith(b"\xef\xbb\xbf")


def _texts(folder: Path) -> list[Path]:
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != ".keyguard.yml"]
    return [file for file in files if _is_text(file.read_bytes())]


def _rewritten(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def change_all(folder: Path) -> None:
        for file in _texts(folder):
            file.write_bytes(change(file.read_bytes()))

    return change_all


def _renamed(folder: Path) -> None:
    """Give each text another name of its kind: bot-2.py, .env.local; there is no other Makefile."""
    for file in _texts(folder):
        if file.suffix:
            file.rename(file.with_name(f"{file.stem}-2{file.suffix}"))
        elif file.name.startswith("."):
            file.rename(file.with_name(f"{file.name}.local"))


def _split(folder: Path) -> None:
    """Cut each text in two between two paragraphs."""
    for file in _texts(folder):
        data = file.read_bytes()
        gaps = [gap.end() for gap in re.finditer(rb"\n\n+(?=\S)", data)]
        if gaps:
            middle = min(gaps, key=lambda gap: abs(gap - len(data) // 2))
            file.write_bytes(data[:middle])
            file.with_name(f"{file.stem}-2{file.suffix}").write_bytes(data[middle:])


WAYS: dict[str, Callable[[Path], None]] = {
    **{name: _rewritten(change) for name, change in CHANGES.items()},
    "another name": _renamed,
    "two files": _split,
}


def _chosen(all_cases: list[Path], way: str) -> list[Path]:
    return [case for case in all_cases if zlib.crc32(f"{way}/{case.name}".encode()) % _SHARE == 0]


def _changed(case: Path, way: str, folder: Path) -> set[frozenset[tuple[str, str]]]:
    into = folder / case.name
    into.mkdir()
    fill(case, into)
    WAYS[way](into)
    return set(found(into))


@pytest.mark.parametrize("way", WAYS)
def test_a_leak_is_found_whatever_is_done_to_its_file(way: str, tmp_path: Path) -> None:
    kept = [case for case in _chosen(_LEAKS, way) if (way, case.name) not in _OTHERWISE]
    assert [case.name for case in kept if _changed(case, way, tmp_path) != set(expected(case).values())] == []


@pytest.mark.parametrize("way", WAYS)
def test_a_silent_file_stays_silent_whatever_is_done_to_it(way: str, tmp_path: Path) -> None:
    kept = [case for case in _chosen(cases(SILENT), way) if (way, case.name) not in _OTHERWISE]
    assert [case.name for case in kept if _changed(case, way, tmp_path)] == []
