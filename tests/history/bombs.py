"""Repositories of a few kilobytes that ask too much of git, for the tests of bounds and benchmarks/bombs.py."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.history.conftest import Repository


def bomb(repository: Repository, levels: int, content: str, width: int = 10) -> str:
    """Make a commit of `width`^`levels` paths, all of one content, in as many trees as there are levels."""
    blob = repository.git("hash-object", "-w", "--stdin", stdin=content)
    entry = "100644 blob {}\tf{}\n"
    for _ in range(levels):
        lines = "".join(entry.format(blob, number) for number in range(width))
        blob, entry = repository.git("mktree", stdin=lines), "040000 tree {}\td{}\n"
    return repository.git("commit-tree", "-m", "bomb", blob)


def delta(repository: Repository, size: int) -> str:
    """Store a blob of `size` bytes as a delta that copies 64 KB again and again; return its id."""
    base = (b"64 kilobytes of text\n" * 3121)[:65536]
    count = size // 65536
    steps = _varint(65536) + _varint(count * 65536) + b"\x80" * count  # each: copy 0x10000 bytes from the start
    objects = _entry(3, base)
    second = _header(7, len(steps)) + _id(base) + zlib.compress(steps)
    pack = b"PACK" + (2).to_bytes(4, "big") + (2).to_bytes(4, "big") + objects + second
    repository.git("index-pack", "--stdin", stdin=pack + hashlib.sha1(pack, usedforsecurity=False).digest())
    digest = hashlib.sha1(b"blob %d\0" % (count * 65536), usedforsecurity=False)
    for _ in range(count):
        digest.update(base)
    return digest.hexdigest()


def _id(data: bytes) -> bytes:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).digest()


def _entry(kind: int, data: bytes) -> bytes:
    return _header(kind, len(data)) + zlib.compress(data)


def _header(kind: int, size: int) -> bytes:
    out, size = [kind << 4 | size & 15], size >> 4
    while size:
        out[-1] |= 128
        out.append(size & 127)
        size >>= 7
    return bytes(out)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])
