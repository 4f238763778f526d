"""What is found does not depend on what stands around it, on how its lines end, or on the size of its file.

Cases of the corpus are changed in each way below, and must be found as before.
"""

from __future__ import annotations

import random
import uuid
from typing import TYPE_CHECKING

import pytest

from tests.cases import LEAK, cases, expected, fill, found
from tests.test_corpus import _KNOWN_MISSES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NOTHING = b"nothing of interest\nis said here\n"
_ALL = [case for case in cases(LEAK) if case.name not in _KNOWN_MISSES]
_SOME = _ALL[::60]


def _ids(count: int) -> bytes:
    source = random.Random(count)  # noqa: S311 - made up, and the same every time
    return b"".join(b"%s\n" % str(uuid.UUID(int=source.getrandbits(128), version=4)).encode() for _ in range(count))


def _lines(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "CRLF": lambda data: _lines(data).replace(b"\n", b"\r\n"),
    "CR": lambda data: _lines(data).replace(b"\n", b"\r"),
    "text before": lambda data: _NOTHING + b"\n\n" + data,
    "text behind": lambda data: data.rstrip(b"\n") + b"\n\n\n" + _NOTHING,
    "ids behind": lambda data: data.rstrip(b"\n") + b"\n\n\n" + _ids(300),
    "a larger file": lambda data: data.rstrip(b"\n") + b"\n\n\n" + _NOTHING * 4000,
}


def _is_text(data: bytes) -> bool:
    """Say whether a file is a text of several lines: what is nothing but a value has nothing around it."""
    several = b"\n" in data.strip() and b"\r" not in _lines(data)
    return several and b"\0" not in data[:8192] and not data.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("case", _SOME, ids=lambda case: str(case.name))
def test_a_leak_is_found_whatever_stands_around_it(case: Path, tmp_path: Path) -> None:
    wanted = set(expected(case).values())
    for number, (name, change) in enumerate(CHANGES.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        fill(case, folder)
        for file in folder.rglob("*"):
            if file.is_file() and file.name != ".keyguard.yml" and _is_text(data := file.read_bytes()):
                file.write_bytes(change(data))
        assert set(found(folder)) == wanted, name
