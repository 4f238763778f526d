"""A pack of git that lies in an archive or a bundle: its objects, deltas applied, within the budget."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from hashlib import sha1
from typing import TYPE_CHECKING

from keyguard.text.decode import body as bodies
from keyguard.text.decode.budget import Refused, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import View

_COMMIT, _BLOB, _TAG, _OFFSET_DELTA, _NAMED_DELTA = 1, 3, 4, 6, 7
_KINDS = {1: b"commit", 2: b"tree", 3: b"blob", 4: b"tag"}
_KEPT = 32 << 20  # bytes of objects that are kept as bases of others
_CHAIN = 60
_NAME = 20


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield every content, commit message and tag, under its object's name."""
    data = body.whole()
    with visit.budget.holding(len(data) + _KEPT):
        yield from of_pack(visit, data, path, via)


def of_pack(visit: Visit, data: bytes, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the views of a pack."""
    pack = _Pack(visit, data)
    place, count = 12, int.from_bytes(data[8:12], "big")
    for _ in range(count):
        visit.budget.check_time()
        start = place
        kind, content, place = pack.entry(start)
        if kind not in _KINDS:  # a delta without its base: of a thin pack, or too long a chain
            visit.budget.count_entry()
            pack.lost += 1
            continue
        name = sha1(b"%s %d\0" % (_KINDS[kind], len(content)) + content, usedforsecurity=False).hexdigest()
        pack.keep(start, name, kind, content)
        if kind in {_COMMIT, _BLOB, _TAG}:
            inner = bodies.of_bytes(content, visit.budget, len(content))
            yield from visit.inside(inner, path, f"{name[:10]}", via)
    if pack.lost:
        visit.budget.note(path, f"{pack.lost} objects in it lack what they are changes to")


class _Pack:
    """Unpacks entries, and keeps those that were unpacked last."""

    def __init__(self, visit: Visit, data: bytes) -> None:
        self._visit, self._data = visit, memoryview(data)
        self._kept: OrderedDict[int, tuple[int, bytes]] = OrderedDict()
        self._names: dict[str, int] = {}
        self._size = 0
        self.lost = 0

    def keep(self, start: int, name: str, kind: int, content: bytes) -> None:
        """Keep an object as a base of later ones."""
        self._names[name] = start
        self._kept[start] = kind, content
        self._size += len(content)
        while self._size > _KEPT and self._kept:
            _, (_, gone) = self._kept.popitem(last=False)
            self._size -= len(gone)

    def entry(self, start: int, depth: int = 0) -> tuple[int, bytes, int]:
        """Return the kind, the content and the end of an entry; 0 for one whose base is not there."""
        kind, size, place = self._header(start)
        base: int | None = None
        if kind == _OFFSET_DELTA:
            distance, place = self._distance(place)
            base = start - distance if 0 < distance <= start - 12 else None
        elif kind == _NAMED_DELTA:
            base = self._names.get(bytes(self._data[place : place + _NAME]).hex())
            place += _NAME
        content, place = self._inflated(place, size)
        if kind not in {_OFFSET_DELTA, _NAMED_DELTA}:
            return kind, content, place
        if base is None or depth > _CHAIN:
            return 0, b"", place
        below = self._kept.get(base) or self.entry(base, depth + 1)[:2]
        if below[0] not in _KINDS:
            return 0, b"", place
        return below[0], self._patched(below[1], content), place

    def _header(self, place: int) -> tuple[int, int, int]:
        byte = self._data[place]
        kind, size, shift = byte >> 4 & 7, byte & 15, 4
        while byte & 0x80:
            place += 1
            byte = self._data[place]
            size |= (byte & 0x7F) << shift
            shift += 7
        return kind, size, place + 1

    def _distance(self, place: int) -> tuple[int, int]:
        byte = self._data[place]
        distance = byte & 0x7F
        while byte & 0x80:
            place += 1
            byte = self._data[place]
            distance = (distance + 1) << 7 | byte & 0x7F
        return distance, place + 1

    def _inflated(self, place: int, size: int) -> tuple[bytes, int]:
        limit = self._visit.budget.limits.entry
        if size > limit:
            raise Refused(f"an object in it is larger than {words(limit)}")
        unpacker = zlib.decompressobj()
        parts, left = [], size + 1
        while not unpacker.eof:
            data = unpacker.unconsumed_tail or bytes(self._data[place : place + 65536])
            place += 0 if unpacker.unconsumed_tail else len(data)
            if not data or left <= 0:
                raise ValueError("an entry that is cut off, or larger than it says")
            piece = unpacker.decompress(data, left)
            left -= len(piece)
            parts.append(piece)
        content = b"".join(parts)
        self._visit.budget.spend(len(content))
        return content, place - len(unpacker.unused_data)

    def _patched(self, base: bytes, delta: bytes) -> bytes:
        _, place = _size(delta, 0)
        size, place = _size(delta, place)
        if size > self._visit.budget.limits.entry:
            raise Refused(f"an object in it is larger than {words(self._visit.budget.limits.entry)}")
        parts, made = [], 0
        while place < len(delta) and made <= size:
            order = delta[place]
            place += 1
            if order & 0x80:
                offset, length, place = _copied(delta, place, order)
                part = base[offset : offset + length]
            else:
                part = delta[place : place + order]
                place += order
            made += len(part)
            parts.append(part)
        self._visit.budget.spend(made)
        return b"".join(parts)[:size]


def _size(delta: bytes, place: int) -> tuple[int, int]:
    size = shift = 0
    while True:
        byte = delta[place]
        place += 1
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return size, place


def _copied(delta: bytes, place: int, order: int) -> tuple[int, int, int]:
    offset = length = 0
    for bit in range(4):
        if order & 1 << bit:
            offset |= delta[place] << 8 * bit
            place += 1
    for bit in range(3):
        if order & 16 << bit:
            length |= delta[place] << 8 * bit
            place += 1
    return offset, length or 0x10000, place
