"""The corpus of leaks and silent files, filled and scanned; used by the tests and by benchmarks/accuracy.py.

«gzip base64|text»         in a file: the text, packed and encoded
backup.tar.gz!/bot/.env    a folder whose name ends in `!` is packed, as the name says
"""

from __future__ import annotations

import base64
import bz2
import functools
import gzip
import random
import re
import shutil
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard import cache, packs
from keyguard import settings as config
from keyguard.engine.order import scan
from keyguard.model import Secret
from keyguard.sources.files import FileSource
from tests.text import packing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from keyguard.model import Finding, Match, Outcome

CORPUS = Path(__file__).parent / "corpus"
LEAK = CORPUS / "leak"
SILENT = CORPUS / "silent"

Values = frozenset[tuple[str, str]]
"""One credential: its parts with their values."""


def cases(kind: Path) -> list[Path]:
    """Return the folders of one kind of case, in their order."""
    return sorted(path for path in kind.iterdir() if path.is_dir())


def files(case: Path) -> list[Path]:
    """Return the files of a case."""
    return sorted(path for path in case.rglob("*") if path.is_file())


def fill(case: Path, into: Path) -> None:
    """Write a case with its marks filled, what is to be encoded encoded, and what is to be packed packed."""
    for file in files(case):
        target = into / file.relative_to(case)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"".join(data for _, data in _pieces(file, case.name)))
    for folder in sorted(into.rglob("*!"), reverse=True):
        members = {str(file.relative_to(folder)): file.read_bytes() for file in files(folder)}
        folder.with_name(folder.name[:-1]).write_bytes(_packed(folder.name[:-1], members))
        shutil.rmtree(folder)


_BLOCK = re.compile(r"«([\w ]+)\|(.*?)»", re.DOTALL)
_ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64encode,
    "base64lines": base64.encodebytes,
    "base64escaped": lambda data: base64.encodebytes(data).replace(b"\n", b"\\n"),
    "utf16": lambda data: data.decode().encode("utf-16-le"),
    "utf32": lambda data: data.decode().encode("utf-32-le"),
    "utf32be": lambda data: data.decode().encode("utf-32-be"),
    "base64url": lambda data: base64.urlsafe_b64encode(data).rstrip(b"="),
    "base32": base64.b32encode,
    "hex": lambda data: data.hex().encode(),
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "zlib": zlib.compress,
    "deflate": lambda data: zlib.compress(data)[2:-4],
    "bz2": bz2.compress,
    "png": lambda data: b"\x89PNG\r\n\x1a\n" + data,
    "raw": lambda data: data,
}


def _pieces(file: Path, seed: str) -> Iterator[tuple[str, bytes]]:
    """Yield the text of a case's file piece by piece, each with what is written for it."""
    text = file.read_bytes().decode("utf-8", "surrogateescape")
    last = 0
    for block in _BLOCK.finditer(text):
        yield text[last : block.start()], _filled(text[last : block.start()], seed)
        data = _encoded(block[1].split(), _filled(block[2], seed))
        indent = len(text[text.rfind("\n", 0, block.start()) + 1 : block.start()])
        yield block[0], data.strip(b"\n").replace(b"\n", b"\n" + b" " * indent)
        last = block.end()
    yield text[last:], _filled(text[last:], seed)


def _filled(text: str, seed: str) -> bytes:
    return packs.expand(text, seed).encode("utf-8", "surrogateescape")


def _encoded(words: list[str], data: bytes) -> bytes:
    if words[0].startswith("random"):
        data = random.Random(words[0]).randbytes(int(words[0][6:]))  # noqa: S311 - made up, and the same every time
        words = words[1:]
    for word in words:
        data = _ENCODINGS[word](data)
    return data


def _packed(name: str, members: dict[str, bytes]) -> bytes:
    for ending, mode in ((".tar", "w"), (".tar.gz", "w:gz"), (".tar.xz", "w:xz"), (".tbz2", "w:bz2")):
        if name.endswith(ending):
            return packing.taped(members, mode)
    return packing.zipped(members)


def places(case: Path) -> dict[tuple[str, str], set[tuple[str, int]]]:
    """Return the files and lines in which the parts of a case's credentials stand."""
    where: dict[tuple[str, str], set[tuple[str, int]]] = {}
    for file in files(case):
        line, path = 1, str(file.relative_to(case))
        for text, data in _pieces(file, case.name):
            encoded = _BLOCK.fullmatch(text) is not None
            for mark in packs.MARK.finditer(text):
                for part, number, filters in packs.marks(mark[0]):
                    kept = "".join(f"|{name}" for name in filters if name in packs.OF_THE_VALUE)
                    value = packs.value_of_mark(f"<{part}:{number}{kept}>", case.name)
                    below = 0 if encoded else text.count("\n", 0, mark.start())
                    where.setdefault((part.rpartition(".")[2], value), set()).add((path, line + below))
            line += data.count(b"\n")
    return where


def expected(case: Path) -> dict[int, Values]:
    """Return the credentials that a case's marks stand for, by their number."""
    parts: dict[int, set[tuple[str, str]]] = {}
    for file in files(case):
        for part, number, filters in packs.marks(file.read_bytes().decode("utf-8", "surrogateescape")):
            kept = "".join(f"|{name}" for name in filters if name in packs.OF_THE_VALUE)
            value = packs.value_of_mark(f"<{part}:{number}{kept}>", case.name)
            parts.setdefault(int(number), set()).add((part.rpartition(".")[2], value))
    return {number: frozenset(values) for number, values in parts.items()}


def findings(folder: Path) -> tuple[Finding, ...]:
    """Scan a filled case at the default settings, or at those of its own."""
    settings = config.load(folder, None, {})
    source = FileSource([str(folder)], root=folder, everything=False, exclude=(), max_file_size=settings.max_file_size)
    return scan([source], rule_set(settings.packs), settings, jobs=1, remember=cache.opened().remember).findings


def opened(outcome: Outcome) -> tuple[Finding, ...]:
    """Return the findings with their values: two runs tag the same value differently."""
    return tuple(
        replace(finding, matches=_opened(finding.matches), versions=_opened(finding.versions))
        for finding in outcome.findings
    )


def _opened(matches: Iterable[Match]) -> tuple[Match, ...]:
    return tuple(replace(match, value=Secret(match.value.reveal(), match.value.shown)) for match in matches)


def found(folder: Path) -> dict[Values, str | None]:
    """Scan a filled case, and return the credentials found with their realms."""
    return {values_of(finding): finding.realm for finding in findings(folder)}


def values_of(finding: Finding) -> Values:
    """Return the parts of a finding with their values."""
    return frozenset((match.part or "", match.value.reveal().decode()) for match in finding.matches)


@functools.cache
def rule_set(on: tuple[str, ...] = ()) -> packs.RuleSet:
    """Return the shipped packs, loaded once; with these switched on, or those that are on by themselves."""
    return packs.load().with_packs(on) if on else packs.load()
