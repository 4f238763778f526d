"""zip and all that is one: wheel, jar, apk by their files, office documents by their text."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from keyguard.text.decode.body import Body
from keyguard.text.decode.budget import Refused
from keyguard.text.decode.view import INSIDE, label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import View

_ENTRY, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
_MANY = 60_000  # entries; the list of more is not even made, and they are read one after the other
_AT_ONCE = 64 * 1024  # unpacked bytes; so many packed ones are read ahead
_HEADER = struct.Struct("<4s5H3L2H")


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the views of its files."""
    data = body.whole()
    with visit.budget.holding(len(data)):
        if data.count(_ENTRY) <= _MANY:
            try:
                archive = zipfile.ZipFile(io.BytesIO(data))
            except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error):
                visit.budget.note(path, "its list of entries is damaged; they are read one after the other")
            else:
                yield from _listed(visit, archive, path, via)
                return
        yield from _one_by_one(visit, data, path, via)


def _listed(visit: Visit, archive: zipfile.ZipFile, path: str, via: tuple[str, ...]) -> Iterator[View]:
    from keyguard.text.decode import office

    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    texts = office.texts([entry.filename for entry in entries])
    shared = _sharing(archive)
    for entry in entries:
        if id(entry) in shared:
            visit.budget.count_entry()
            visit.budget.note(path + INSIDE + label(entry.filename), "its bytes are those of another entry")
            continue
        if entry.flag_bits & 1:
            visit.budget.count_entry()
            visit.budget.note(path + INSIDE + label(entry.filename), "it is encrypted")
            continue
        opened = _opened(visit, archive, entry)
        if entry.filename in texts:
            yield from office.open_text(
                visit, opened, path, entry.filename, via, archive=lambda: _shared(visit, archive)
            )
        else:
            yield from visit.inside(opened, path, entry.filename, via)


def _sharing(archive: zipfile.ZipFile) -> set[int]:
    """Return which entries go on where the next one begins: such an archive is made to unpack to any size."""
    end, found = archive.start_dir, set[int]()
    for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset, reverse=True):
        if entry.header_offset + entry.compress_size > end:
            found.add(id(entry))
        end = entry.header_offset
    return found


def _opened(visit: Visit, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Body:
    """Make a body that opens the entry when it is first read, so that what goes wrong is noted of it."""
    handle = None
    packed = 0  # bytes of it that were read so far: what unpacks to a thousand times its size is given up at once

    def read(size: int) -> bytes:
        nonlocal handle, packed
        if handle is None:
            try:
                handle = archive.open(entry)
            except NotImplementedError:
                raise Refused(f"it is packed by a method that is not known here ({entry.compress_type})") from None
        pieces = list[bytes]()
        while size > 0 and (piece := handle.read(min(size, _AT_ONCE))):
            pieces.append(piece)
            size -= len(piece)
            packed = max(packed, archive.fp.tell() - entry.header_offset if archive.fp else 0)
        return b"".join(pieces)

    return Body(read, visit.budget, lambda: min(packed, entry.compress_size))


def _shared(visit: Visit, archive: zipfile.ZipFile) -> Callable[[str], Body | None]:
    names = {entry.filename: entry for entry in archive.infolist()}
    return lambda name: _opened(visit, archive, names[name]) if name in names else None


def _one_by_one(visit: Visit, data: bytes, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Read entries by what stands before each of them: of a file that is cut off, those that are there."""
    place = data.find(_LOCAL)
    while place >= 0 and len(data) - place >= _HEADER.size:
        _, _, flags, method, _, _, _, packed, _, name_size, extra_size = _HEADER.unpack_from(data, place)
        start = place + _HEADER.size + name_size + extra_size
        name = data[place + _HEADER.size : start - extra_size].decode("utf-8", "surrogateescape")
        end = start + packed if packed else len(data)
        if not name.endswith("/") and not flags & 1 and (method == 8 or (packed and not method)):
            body = _unpacked(visit, memoryview(data)[start:end], method)
            yield from visit.inside(body, path, name, via)
        else:
            visit.budget.count_entry()
        place = data.find(_LOCAL, end if packed else start)


def _unpacked(visit: Visit, packed: memoryview, method: int) -> Body:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    place = 0

    def stored(size: int) -> bytes:
        nonlocal place
        piece = bytes(packed[place : place + size])
        place += len(piece)
        return piece

    def inflated(size: int) -> bytes:
        nonlocal place
        while not unpacker.eof:
            data = unpacker.unconsumed_tail
            if not data:
                data = bytes(packed[place : place + 65536])
                place += len(data)
            if not data:
                return b""
            if piece := unpacker.decompress(data, size):
                return piece
        return b""

    return Body(inflated if method else stored, visit.budget, lambda: len(packed))
