"""What is worth remembering between runs, in the user's cache folder: packs, gates, and ids of what was read.

Of what was scanned nothing but the ids of git's objects is kept, and the verdicts of a live check when the user asks
for that; the folder may be deleted at any time. What lies in it decides what is found, so it is refused where the
scanned party could write it: inside a scanned tree, in files that git tracks, in a folder of somebody else.
"""

# Paths are strings where many of them are asked about; a folder that is not there yet has to be spelled out.
# ruff: noqa: PTH100, PTH112, PTH116, PTH120

from __future__ import annotations

import contextlib
import hashlib
import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard.errors import SourceError
from keyguard.git import calls

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence


_VARIABLE = "KEYGUARD_CACHE_DIR"


def folder() -> Path:
    """Return keyguard's cache folder; `KEYGUARD_CACHE_DIR` moves it."""
    if chosen := os.environ.get(_VARIABLE):
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_cache_dir("keyguard", appauthor=False))


@dataclass(frozen=True, slots=True)
class Cache:
    """The folder that a run may use, or None and the reason for it."""

    folder: Path | None
    refused: str = ""  # one sentence

    def remember(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return what is kept under a key, or make it and keep it; a cache that cannot be used costs time only.

        Each entry begins with its SHA-256, so that a damaged one is made anew instead of being believed.
        """
        data = self.load(key)
        if data is None:
            data = make()
            self.save(key, data)
        return data

    def load(self, name: str) -> bytes | None:
        """Return what was saved under a name, or None; a damaged file is none."""
        with contextlib.suppress(OSError):
            if self.folder and _distrust(self.folder) is None:
                kept = (self.folder / name).read_bytes()
                return kept[32:] if hashlib.sha256(kept[32:]).digest() == kept[:32] else None
        return None

    def save(self, name: str, data: bytes) -> None:
        """Save it under a name, readable by the user alone; where that cannot be, nothing is saved."""
        with contextlib.suppress(OSError):
            if self.folder:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if _distrust(self.folder) is None:
                    _write(self.folder / name, hashlib.sha256(data).digest() + data)

    def clean_ids(self, store: str, digest: str) -> CleanIds:
        """Return what is known of the repository at `store`, under rules and settings known by `digest`."""
        return CleanIds(self.folder, store, digest)


def opened(scanned: Iterable[str] = ()) -> Cache:
    """Return the cache of a run that scans these paths, and the checkout that it is started in."""
    place = folder()
    if reason := _distrust(place) or _reach(place, scanned):
        return Cache(None, f"the cache folder {place} is refused: {reason}; this run remembers nothing")
    return Cache(place)


def _distrust(place: Path) -> str | None:
    """Say whose the folder is when it is not the user's alone."""
    try:
        facts = place.stat()
    except OSError:
        return None  # it will be made, or nothing is kept
    if hasattr(os, "geteuid") and facts.st_uid != os.geteuid():
        return "it belongs to another user"
    if os.name != "nt" and facts.st_mode & 0o022:
        return f"others may write to it (chmod 700 {shlex.quote(str(place))} changes that)"
    return None


def _reach(place: Path, scanned: Iterable[str]) -> str | None:
    """Say how somebody who can change a scanned tree could change the folder."""
    around = _identities(place)
    for tree in _trees(scanned):
        if (identity := _identity(tree)) is None:
            continue
        if identity in around:
            return f"it lies inside the scanned tree {tree}, whose changes could plant something in it"
        if _identity(place) in _identities(Path(tree)):
            return f"the scanned tree {tree} lies inside it"
    return "git tracks files in it" if _is_tracked(os.path.realpath(place)) else None


def _trees(scanned: Iterable[str]) -> Iterator[str]:
    """Yield the folders that the paths lie in or are; the work tree of a path stands for the path."""
    for path in (*scanned, None):
        place = os.path.realpath(path or ".")
        top = calls.enclosing(place if os.path.isdir(place) else os.path.dirname(place))
        if top is not None:
            yield top
        elif path is not None and (os.path.isdir(place) or os.environ.get(_VARIABLE)):
            yield place if os.path.isdir(place) else os.path.dirname(place)


def _identities(place: Path) -> list[tuple[int, int]]:
    """Return what tells a folder and those around it from others, by the path as it is written and as links lead."""
    there = (Path(os.path.abspath(place)), Path(os.path.realpath(place)))
    folders = dict.fromkeys(folder for path in there for folder in (path, *path.parents))
    return [identity for folder in folders if (identity := _identity(folder)) is not None]


def _identity(folder: str | Path) -> tuple[int, int] | None:
    try:
        facts = os.stat(folder)
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def _is_tracked(place: str) -> bool:
    """Ask git only where there is a work tree around the folder; what git cannot say is taken for a yes."""
    top = calls.enclosing(place)
    if top is None:
        return False
    try:
        inside = os.path.relpath(place, os.path.realpath(top))
        return bool(calls.run(["ls-files", "-z", "--", inside], cwd=top))
    except calls.OutsideError:  # a `.git` that is none
        return False
    except SourceError:
        return True


def _write(path: Path, data: bytes) -> None:
    """Write at once or not at all, so that processes side by side never read half a file."""
    import tempfile

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


# --- what was read of a history


_MOST_IDS = 1_000_000  # of one repository, 40 MB; behind so many only whole walks are remembered
_MOST_BYTES = 256 << 20  # of all repositories; the one that was not used for longest goes first
_PATIENCE = 5.0  # seconds to wait for another process that writes


class CleanIds:
    """What is known of one repository under one set of rules, in a database of its own: ids of objects, nothing else.

    Several processes may use it at once, and it may be deleted at any time. What goes wrong with it costs time only.
    Repositories are kept apart: one whose packs lie about their contents can hide nothing but its own.
    """

    def __init__(self, folder: Path | None, store: str, digest: str) -> None:
        """Open or make the database for the repository at `store`, under rules and settings known by `digest`."""
        self._database: sqlite3.Connection | None = None
        self._full = False
        if folder is None:
            return
        name = hashlib.sha256(f"{store}\0{digest}".encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self._path = folder / "history" / f"{name}.sqlite3"
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _distrust(folder) is None and _distrust(self._path.parent) is None:
                _make_room(self._path)
                self._open()

    def walked(self) -> list[str]:
        """Return the commits behind which everything has been read."""
        return self._ids("SELECT id FROM walked")

    def open(self) -> dict[str, str]:
        """Return the ids behind those commits in which there was something, with a commit that brought each."""
        rows = self._rows("SELECT id, bringer FROM open ORDER BY number")
        return {row[0].hex(): row[1].hex() for row in rows}

    def missing(self) -> list[str]:
        """Return the ids behind those commits that were not there to be read."""
        return self._ids("SELECT id FROM missing")

    def clean(self, ids: Sequence[str]) -> set[str]:
        """Return which of these ids there was nothing in."""
        marks = ",".join("?" * len(ids))
        return set(self._ids(f"SELECT id FROM clean WHERE id IN ({marks})", ids))  # noqa: S608 - marks alone

    def add(self, clean: Iterable[str]) -> None:
        """Remember ids in which there was nothing."""
        rows = [(bytes.fromhex(name),) for name in clean]
        if rows and not self._full:
            self._change([("INSERT OR IGNORE INTO clean VALUES (?)", rows)])

    def finish(self, walked: Iterable[str], open_: Mapping[str, str], missing: Iterable[str]) -> None:
        """Remember that everything behind these commits has been read, where there was something, and what was not.

        All at once, so that no process ever sees one without the other.
        """
        bringers = [tuple(map(bytes.fromhex, pair)) for pair in open_.items()]
        self._change(
            [
                *((f"DELETE FROM {table}", []) for table in ("walked", "open", "missing")),  # noqa: S608 - our own names
                ("INSERT OR IGNORE INTO walked VALUES (?)", [(bytes.fromhex(name),) for name in walked]),
                ("INSERT INTO open (id, bringer) VALUES (?, ?)", bringers),
                ("INSERT OR IGNORE INTO missing VALUES (?)", [(bytes.fromhex(name),) for name in missing]),
            ]
        )

    def _open(self) -> None:
        import sqlite3

        try:
            self._database = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
            self._database.execute("PRAGMA synchronous = OFF")  # a file that a crash damages is made anew
            for table in ("clean", "walked", "missing"):
                self._database.execute(f"CREATE TABLE IF NOT EXISTS {table} (id BLOB PRIMARY KEY) WITHOUT ROWID")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS open (number INTEGER PRIMARY KEY, id BLOB UNIQUE, bringer BLOB)"
            )
            self._full = self._database.execute("SELECT count(*) FROM clean").fetchone()[0] > _MOST_IDS
            self._path.touch()  # it was used
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def _ids(self, query: str, ids: Sequence[str] = ()) -> list[str]:
        return [row[0].hex() for row in self._rows(query, ids)]

    def _rows(self, query: str, ids: Sequence[str] = ()) -> list[tuple[bytes, ...]]:
        import sqlite3

        if self._database is None:
            return []
        try:
            rows = self._database.execute(query, [bytes.fromhex(name) for name in ids]).fetchall()
            return [tuple(map(bytes, row)) for row in rows]
        except (sqlite3.Error, TypeError, ValueError) as error:
            self._give_up(error)
            return []

    def _change(self, changes: Sequence[tuple[str, Sequence[tuple[bytes, ...]]]]) -> None:
        import sqlite3

        if self._database is None:
            return
        try:
            self._database.execute("BEGIN IMMEDIATE")
            for statement, rows in changes:
                if rows:
                    self._database.executemany(statement, rows)
                elif "?" not in statement:
                    self._database.execute(statement)
            self._database.execute("COMMIT")
        except sqlite3.OperationalError:  # another process holds it for long, or the disk is full
            with contextlib.suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
        except sqlite3.Error as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Go on without; a damaged file is taken away, so that the next run begins anew, and one in use is not."""
        if self._database is not None:
            self._database.close()
            self._database = None
        if "locked" not in str(error):
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)


def _make_room(path: Path) -> None:
    """Delete the databases that were not used for longest, until the rest is small enough."""
    others = [(other.stat(), other) for other in path.parent.glob("*.sqlite3") if other != path]
    total = sum(facts.st_size for facts, _ in others)
    for facts, other in sorted(others, key=lambda pair: pair[0].st_mtime):
        if total <= _MOST_BYTES:
            return
        other.unlink(missing_ok=True)
        total -= facts.st_size
