"""Tells containers by their first bytes, or by the ending of their name; asked of every blob, so it is cheap."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from keyguard.text.decode.charset import encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import View

    Opener = Callable[[Visit, Body, str, tuple[str, ...]], Iterator[View]]


class Kind(NamedTuple):
    """A kind of container: what reports call it, and the module here whose `open_views` opens it."""

    name: str
    module: str

    @property
    def open(self) -> Opener:
        """Return what opens it; imported when it is first met."""
        opener: Opener = import_module(f"keyguard.text.decode.{self.module}").open_views
        return opener


_ZIP = Kind("zip", "zipped")
_TAR = Kind("tar", "tape")
_MAIL = Kind("", "mail")
BINARY = Kind("", "binary")

_MAGIC = (
    (b"PK\x03\x04", _ZIP),
    (b"PK\x05\x06", _ZIP),
    (b"\x1f\x8b\x08", Kind("gzip", "gzipped")),
    (b"BZh", Kind("bzip2", "bzipped")),
    (b"\xfd7zXZ\0", Kind("xz", "xzipped")),
    (b"\x28\xb5\x2f\xfd", Kind("zstd", "zstandard")),
    (b"7z\xbc\xaf\x27\x1c", Kind("7z", "sevenzip")),
    (b"SQLite format 3\0", Kind("sqlite", "sqlite")),
    (b"\x37\x7f\x06\x82", Kind("sqlite", "sqlite_log")),
    (b"\x37\x7f\x06\x83", Kind("sqlite", "sqlite_log")),
    (b"!<arch>\ndebian-binary", Kind("deb", "deb")),
    (b"%PDF-", Kind("pdf", "pdf")),
    (b"{\\rtf", Kind("rtf", "rtf")),
    (b"# v2 git bundle\n", Kind("git", "gitbundle")),
    (b"# v3 git bundle\n", Kind("git", "gitbundle")),
    (b"PACK\0\0\0\x02", Kind("git", "gitpack")),
    (b"version https://git-lfs.", Kind("", "lfs")),
    (b"From ", _MAIL),
)
_UNOPENED = (  # where it stands, by what it is told, and what it is
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"MSCF\0\0\0\0", "cab"),
    (0, b"MSWIM\0\0\0", "wim"),
    (0, b"\x60\xea", "arj"),
    (0, b"\xed\xab\xee\xdb", "rpm"),
    (0, b"070701", "cpio"),
    (0, b"070702", "cpio"),
    (0, b"070707", "cpio"),
    (0, b"\xc7\x71", "cpio"),
    (0, b"xar!", "xar"),
    (0, b"hsqs", "squashfs"),
    (0, b"LZIP", "lzip"),
    (0, b"\x04\x22\x4d\x18", "lz4"),
    (0, b"\x89LZO\0", "lzop"),
    (0, b"\x1f\x9d", "compress"),
    (0, b"QFI\xfb", "qcow"),
    (0, b"KDMV", "vmdk"),
    (0, b"vhdxfile", "vhdx"),
    (0, b"encrcdsa", "dmg"),
    (2, b"-lh", "lzh"),
    (7, b"**ACE**", "ace"),
)
_UNOPENED_ENDINGS = {"iso": "iso", "dmg": "dmg"}  # which say so further on than is looked at here
_FIRST = frozenset(magic[0] for magic, _ in _MAGIC)

_ENDINGS = {
    "ipynb": Kind("", "notebook"),
    "eml": _MAIL,
    "mbox": _MAIL,
    "mht": _MAIL,
    "mhtml": _MAIL,
    "pyz": _ZIP,
    "pyc": Kind("pyc", "pyc"),
    "pyo": Kind("pyc", "pyc"),
    "lzma": Kind("lzma", "xzipped"),
    "ternates": (_FAR := Kind("", "gitfar")),  # of names without a dot the last eight characters: alternates
    "/shallow": _FAR,
}
_OBJECT = Kind("git", "gitobject")
_PICKLE = Kind("", "pickled")
_PICKLES = frozenset({b"\2", b"\3", b"\4", b"\5"})  # versions of the protocol
_OTHERS = frozenset({0x78, 0x80})  # how packed objects of git and pickles begin


def kind_of(head: bytes, path: str) -> Kind | None:
    """Return what a blob is by its first bytes and its path, or None for what is read as it is."""
    if not head:
        return None
    if head[0] in _FIRST:
        for magic, kind in _MAGIC:
            if head.startswith(magic):
                return kind if kind is not _MAIL or _is_mailbox(head) else None
    if (by_name := _ENDINGS.get(path[-8:].lower().rpartition(".")[2])) is not None:
        return by_name
    if b"\0" in head or head[0] in _OTHERS:
        return _by_content(head, path)
    return None


def _by_content(head: bytes, path: str) -> Kind | None:
    if head[257:262] == b"ustar" or (path.endswith(".tar") and len(head) >= 512):
        return _TAR
    if head[0] == 0x78 and _is_object(path):
        return _OBJECT
    if head[0] == 0x80 and head[1:2] in _PICKLES:
        return _PICKLE
    if encoding(head) != "binary":
        return None
    return Kind(name, "unopened") if (name := _unopened(head, path)) else BINARY


def _unopened(head: bytes, path: str) -> str:
    """Return what kind of archive or image it is that nothing here opens."""
    by_name = _UNOPENED_ENDINGS.get(path[-4:].lower().rpartition(".")[2], "")
    return next((name for at, magic, name in _UNOPENED if head.startswith(magic, at)), by_name)


def _is_object(path: str) -> bool:
    """Say whether a path is that of git's loose object: .git/objects/ab/cdef..."""
    folder, _, name = path.rpartition("/")
    is_named = len(name) in {38, 62} and all(c in "0123456789abcdef" for c in name)
    return is_named and f"/{folder}"[-11:-2] == "/objects/"


def _is_mailbox(head: bytes) -> bool:
    end = b"\n" if b"\n" in head else b"\r"
    line, _, rest = head.partition(end)
    return line[-6:].strip()[-4:].isdigit() and b": " in rest.partition(end)[0]
