"""7z: its list of files, and what they are packed by as far as Python's own libraries unpack it; nothing is encrypted.

    signature, where the header lies | packed streams | header (packed itself, mostly)

A header names folders (each a chain of coders over one packed stream), and the files whose bytes follow each other in a
folder's unpacked stream: that is read once, from front to back.
"""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from keyguard.text.decode.body import Body
from keyguard.text.decode.budget import Refused
from keyguard.text.decode.stream import Inflater

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.stream import Decompressor
    from keyguard.text.decode.view import View

_START = 32  # bytes of the signature's header
_INPUT = 64 * 1024
_LARGEST = 64 << 20  # bytes of a dictionary
_MOST = 1 << 16  # folders or coders; more are damage
_DAMAGED = "its list of files is damaged or cut off"
_END, _HEADER, _STREAMS, _FILES, _PACKED, _UNPACKED, _PARTS = 0, 1, 4, 5, 6, 7, 8
_SIZES, _CRC, _FOLDERS, _FOLDER_SIZES, _COUNTS, _EMPTY, _NAMES, _ENCODED = 9, 10, 11, 12, 13, 14, 17, 23
_BRANCHES = {
    b"\x03\x03\x01\x03": lzma.FILTER_X86,
    b"\x03\x03\x02\x05": lzma.FILTER_POWERPC,
    b"\x03\x03\x04\x01": lzma.FILTER_IA64,
    b"\x03\x03\x05\x01": lzma.FILTER_ARM,
    b"\x03\x03\x07\x01": lzma.FILTER_ARMTHUMB,
    b"\x03\x03\x08\x05": lzma.FILTER_SPARC,
}
_AES = b"\x06\xf1\x07\x01"


@dataclass(slots=True)
class _Folder:
    """A chain of coders, and the sizes of what it holds."""

    coders: list[tuple[bytes, bytes]]  # method and properties, in the order of unpacking
    last: int = 0  # of them in the header's order
    size: int = 0
    start: int = 0  # of its packed stream
    packed: int = 0
    parts: list[int] = field(default_factory=list)  # the sizes of its files
    is_checked: bool = False  # as a whole


class _Reader:
    """Reads a header's numbers; raises `Refused` where there are none."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        piece = self.data[self.at : self.at + size]
        if size < 0 or len(piece) < size:
            raise Refused(_DAMAGED)
        self.at += size
        return piece

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """Read a number whose first byte says, bit by bit, how many more there are."""
        first = self.byte()
        more = 8 - (first ^ 0xFF).bit_length()
        low = int.from_bytes(self.take(more), "little")
        return low | (first & (0x7F >> more)) << 8 * more if more < 8 else low

    def count(self) -> int:
        number = self.number()
        if number > _MOST:
            raise Refused(_DAMAGED)
        return number

    def bits(self, count: int) -> list[bool]:
        data = self.take((count + 7) // 8)
        return [bool(data[at // 8] & 0x80 >> at % 8) for at in range(count)]

    def digests(self, count: int) -> list[bool]:
        """Pass over checksums, and return of what there are some."""
        known = [True] * count if self.byte() else self.bits(count)
        self.take(4 * sum(known))
        return known

    def expect(self, number: int) -> None:
        if self.number() != number:
            raise Refused(_DAMAGED)


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the views of its files."""
    data = body.whole()
    with visit.budget.holding(len(data)):
        folders, names = _listed(visit, data)
        for folder in folders:
            stream = _Stream(visit, data, folder)
            files = [(next(names, ""), size) for size in folder.parts]
            try:
                for name, size in files:
                    part = stream.part(size)
                    yield from visit.inside(part, path, name, via)
                    for _ in part.pieces():  # what is left of it stands before the next
                        pass
            except Refused as refused:  # the other folders may be whole
                visit.budget.note(path, str(refused))


def _listed(visit: Visit, data: bytes) -> tuple[list[_Folder], Iterator[str]]:
    """Return the folders, and the names of the files in them, one for each of their parts."""
    where = _Reader(data[12:_START])
    offset, size = (int.from_bytes(where.take(8), "little") for _ in range(2))
    header = _Reader(data[_START + offset : _START + offset + size])
    if len(header.data) < size:
        raise Refused(_DAMAGED)
    kind = header.number() if size else _END
    for _ in range(4):  # a header may be packed, in turn
        if kind != _ENCODED:
            break
        folder = next(iter(_streams(header)), None)
        if folder is None:
            raise Refused(_DAMAGED)
        header = _Reader(_Stream(visit, data, folder).part(folder.size).whole())
        kind = header.number()
    return _contents(header) if kind == _HEADER else ([], iter(()))


def _contents(header: _Reader) -> tuple[list[_Folder], Iterator[str]]:
    folders: list[_Folder] = []
    names: list[str] = []
    while (kind := header.number()) != _END:
        if kind == _STREAMS:
            folders = _streams(header)
        elif kind == _FILES:
            names = _names(header)
        else:
            raise Refused(_DAMAGED)
    return folders, iter(names)


def _names(header: _Reader) -> list[str]:
    """Return the names of the files that are not empty."""
    count = header.number()
    names: list[str] = []
    empty: list[bool] = []
    while (kind := header.number()) != _END:
        block = _Reader(header.take(header.number()))
        if kind == _NAMES:
            names = block.data[1:].decode("utf-16-le", "replace").split("\0")[:count]
        elif kind == _EMPTY:
            empty = block.bits(count)
    return [name for at, name in enumerate(names) if at >= len(empty) or not empty[at]]


def _streams(header: _Reader) -> list[_Folder]:
    position, packed = 0, list[int]()
    folders: list[_Folder] = []
    while (kind := header.number()) != _END:
        if kind == _PACKED:
            position, packed = _packed(header)
        elif kind == _UNPACKED:
            folders = _unpacked(header)
        elif kind == _PARTS:
            _parts(header, folders)
        else:
            raise Refused(_DAMAGED)
    for folder, size in zip(folders, packed, strict=False):
        folder.start, folder.packed = _START + position, size
        position += size
        folder.parts = folder.parts or [folder.size]
    return folders


def _packed(header: _Reader) -> tuple[int, list[int]]:
    position, count = header.number(), header.count()
    sizes: list[int] = []
    while (kind := header.number()) != _END:
        if kind == _SIZES:
            sizes = [header.number() for _ in range(count)]
        elif kind == _CRC:
            header.digests(count)
        else:
            raise Refused(_DAMAGED)
    return position, sizes


def _unpacked(header: _Reader) -> list[_Folder]:
    header.expect(_FOLDERS)
    count = header.count()
    if header.byte():
        raise Refused(_DAMAGED)
    folders = [_folder(header) for _ in range(count)]
    header.expect(_FOLDER_SIZES)
    for folder in folders:
        folder.size = [header.number() for _ in folder.coders][folder.last]
    while (kind := header.number()) != _END:
        if kind != _CRC:
            raise Refused(_DAMAGED)
        for folder, known in zip(folders, header.digests(count), strict=True):
            folder.is_checked = known
    return folders


def _folder(header: _Reader) -> _Folder:
    """Read a chain of coders, each of which has one stream in and one out."""
    coders: list[tuple[bytes, bytes]] = []
    for _ in range(header.count()):
        flags = header.byte()
        method = header.take(flags & 15)
        if flags & 16 and (header.number(), header.number()) != (1, 1):
            raise Refused("it is packed by a method that is not known here (BCJ2)")
        coders.append((method, header.take(header.number()) if flags & 32 else b""))
    bound = [(header.number(), header.number()) for _ in coders[1:]]  # who takes whose
    if bound == [(at, at + 1) for at in range(len(bound))]:
        return _Folder(coders[::-1])
    if bound == [(at + 1, at) for at in range(len(bound))]:
        return _Folder(coders, last=len(bound))
    raise Refused("it is packed by methods in an order that is not known here")


def _parts(header: _Reader, folders: list[_Folder]) -> None:
    counts = [1] * len(folders)
    kind = header.number()
    if kind == _COUNTS:
        counts = [header.number() for _ in folders]
        kind = header.number()
    if sum(counts) > len(header.data):
        raise Refused(_DAMAGED)
    for folder, count in zip(folders, counts, strict=True):
        sizes = [header.number() for _ in range(count - 1)] if kind == _SIZES else []
        _divide(folder, count, sizes)
    kind = header.number() if kind == _SIZES else kind
    if kind == _CRC:
        header.digests(sum(count for folder, count in zip(folders, counts, strict=True) if count != folder.is_checked))
        kind = header.number()
    if kind != _END:
        raise Refused(_DAMAGED)


def _divide(folder: _Folder, count: int, sizes: list[int]) -> None:
    """Give a folder's files their sizes; that of the last is what is left."""
    folder.parts = [*sizes, folder.size - sum(sizes)] if count else []
    if min(folder.parts, default=0) < 0:
        raise Refused(_DAMAGED)


class _Stream:
    """What a folder unpacks to, read from front to back."""

    def __init__(self, visit: Visit, data: bytes, folder: _Folder) -> None:
        self._visit, self._folder = visit, folder
        self._packed = io.BytesIO(data[folder.start : folder.start + folder.packed])
        self._coder: Decompressor | None = None

    def part(self, size: int) -> Body:
        """Return the next so many bytes."""
        left = size

        def read(most: int) -> bytes:
            nonlocal left
            piece = self._read(min(most, left)) if left else b""
            left -= len(piece)
            return piece

        return Body(read, self._visit.budget, lambda: self._folder.packed)

    def _read(self, size: int) -> bytes:
        coder = self._coder = self._coder or _coder(self._folder)
        while not coder.eof:
            data = self._packed.read(_INPUT) if coder.needs_input else b""
            if coder.needs_input and not data:
                break
            if piece := coder.decompress(data, size):
                return piece
        raise Refused("it is damaged or cut off")


class _Copy:
    """Hands on what was never packed."""

    eof = False

    def __init__(self) -> None:
        self._left = b""

    @property
    def needs_input(self) -> bool:
        return not self._left

    @property
    def unused_data(self) -> bytes:
        return b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        data = self._left + data
        self._left = data[max_length:] if max_length >= 0 else b""
        return data[:max_length] if max_length >= 0 else data


_SINGLE: dict[bytes, Callable[[], Decompressor]] = {
    b"\x00": _Copy,
    b"\x04\x01\x08": lambda: Inflater(-zlib.MAX_WBITS),
    b"\x04\x02\x02": bz2.BZ2Decompressor,
}


def _coder(folder: _Folder) -> Decompressor:
    methods = [method for method, _ in folder.coders]
    if _AES in methods:
        raise Refused("it is encrypted")
    if len(methods) == 1 and methods[0] in _SINGLE:
        return _SINGLE[methods[0]]()
    filters = [_filter(method, properties, folder.size) for method, properties in reversed(folder.coders)]
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)


def _filter(method: bytes, properties: bytes, size: int) -> dict[str, Any]:
    """Return what `lzma` calls a coder; no dictionary is larger than all that comes out."""
    if method in _BRANCHES:
        return {"id": _BRANCHES[method]}
    if method == b"\x03" and properties:
        return {"id": lzma.FILTER_DELTA, "dist": properties[0] + 1}
    if method == b"\x21" and properties:
        bits = properties[0]
        return {"id": lzma.FILTER_LZMA2, "dict_size": _within((2 | bits & 1) << (bits // 2 + 11), size)}
    if method == b"\x03\x01\x01" and len(properties) >= 5:
        packed, high = properties[0] % 45, properties[0] // 45
        lengths = {"lc": packed % 9, "lp": packed // 9, "pb": high}
        dictionary = _within(int.from_bytes(properties[1:5], "little"), size)
        return {"id": lzma.FILTER_LZMA1, "dict_size": dictionary, **lengths}
    raise Refused("it is packed by a method that is not known here")


def _within(dictionary: int, size: int) -> int:
    return max(4096, min(dictionary, size, _LARGEST))
