"""What is worth remembering between runs, in the user's cache folder: packs, gates, and ids of what was read.

Of what was scanned nothing but the ids of git's objects is kept, and the verdicts of a live check when the user asks
for that; the folder may be deleted at any time. What lies in it decides what is found, so nothing in it is believed
without a seal that only the user's own key makes (`seal`), and it is refused where the scanned party could write it:
inside a scanned tree, in files that git tracks, in a folder of somebody else.
"""

# Paths are strings where many of them are asked about; a folder that is not there yet has to be spelled out.
# ruff: noqa: PTH100, PTH112, PTH116, PTH120

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shlex
import stat
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keyguard import atomic, expressions, seal
from keyguard.errors import SourceError
from keyguard.frozen import dataclass
from keyguard.git import calls
from keyguard.git.failures import OutsideError
from keyguard.git.folders import enclosing
from keyguard.seal import SIZE, Seal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence


_VARIABLE = "KEYGUARD_CACHE_DIR"
_EXPRESSIONS = "expressions"
_NOTHING = "this run remembers nothing"


def folder() -> Path:
    """Return keyguard's cache folder; `KEYGUARD_CACHE_DIR` moves it."""
    if chosen := os.environ.get(_VARIABLE):
        return Path(chosen)
    return seal.user_folder("cache")


@dataclass(frozen=True, slots=True)
class Cache:
    """The folder that a run may use, or None and the reason for it."""

    folder: Path | None
    refused: str = ""  # one sentence
    seal: Seal | None = None  # there when the folder is

    def remember(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return what is kept under a key, or make it and keep it; a cache that cannot be used costs time only."""
        data = self.load(key)
        if data is None:
            data = make()
            self.save(key, data)
        return data

    def load(self, name: str) -> bytes | None:
        """Return what was saved under a name, or None; what is damaged, or bears no seal of ours, is none."""
        with contextlib.suppress(OSError):
            if self.folder and self.seal and _distrust(self.folder) is None:
                kept = (self.folder / name).read_bytes()
                data = kept[SIZE:]
                return data if self.seal.holds(kept[:SIZE], name.encode(), data) else None
        return None

    def save(self, name: str, data: bytes) -> None:
        """Save it under a name, readable by the user alone; where that cannot be, nothing is saved."""
        with contextlib.suppress(OSError):
            if self.folder and self.seal:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if _distrust(self.folder) is None:
                    atomic.write(self.folder / name, self.seal.of(name.encode(), data) + data, mode=0o600)

    def clean_ids(self, store: str, digest: str) -> CleanIds:
        """Return what is known of the repository at `store`, under rules and settings known by `digest`."""
        return CleanIds(self, store, digest)

    def shared_ids(self, family: str, digest: str) -> SharedIds:
        """Return what is known to be clean in any of several repositories, whose objects git has named itself."""
        return SharedIds(self, family, digest)


def opened(scanned: Iterable[str] = ()) -> Cache:
    """Return the cache of a run that scans these paths, and the checkout that it is started in.

    From now on it keeps compiled expressions too.
    """
    kept = _opened(scanned)
    expressions.keep(partial(kept.load, _EXPRESSIONS), partial(kept.save, _EXPRESSIONS))
    return kept


def _opened(scanned: Iterable[str]) -> Cache:
    place, paths = folder(), list(scanned)
    if reason := distrust(place, paths):
        return Cache(None, f"the cache folder {place} is refused: {reason}; {_NOTHING}")
    own = seal.folder()
    if own and (reason := distrust(own, paths)):
        return Cache(None, f"the folder {own}, of the key that seals the cache, is refused: {reason}; {_NOTHING}")
    key = seal.own()
    if key is None and own and os.path.lexists(own / seal.FILE):
        return Cache(None, f"the key {own / seal.FILE}, which seals the cache, is not usable; {_NOTHING}")
    return Cache(place, "", key)


def unused(cache: Cache) -> str:
    """Say why nothing can be kept in the folder of a cache; an empty text if something can."""
    if cache.folder is None:
        return cache.refused
    if cache.seal is None:
        return f"the key that seals it can neither be read nor made in {seal.folder()}; {_NOTHING}"
    import tempfile

    try:
        cache.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache.folder):
            return ""
    except OSError as error:
        return f"{error.strerror}; {_NOTHING}"


def distrust(place: Path, scanned: Iterable[str]) -> str | None:
    """Say why a folder of the user's cannot be trusted in a run that scans these paths; None if it can."""
    return _distrust(place) or _reach(place, scanned)


def _distrust(place: Path) -> str | None:
    """Say whose the folder is when it is not the user's alone."""
    try:
        facts = place.stat()
    except OSError:
        return None  # it will be made, or nothing is kept
    if hasattr(os, "geteuid") and facts.st_uid != os.geteuid():
        return "it belongs to another user"
    if os.name != "nt" and facts.st_mode & 0o022:
        mode = "700" if stat.S_ISDIR(facts.st_mode) else "600"
        return f"others may write to it (chmod {mode} {shlex.quote(str(place))} changes that)"
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
        top = enclosing(place if os.path.isdir(place) else os.path.dirname(place))
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
    top = enclosing(place)
    if top is None:
        return False
    try:
        inside = os.path.relpath(place, os.path.realpath(top))
        return bool(calls.run(["ls-files", "-z", "--", inside], cwd=top))
    except OutsideError:  # a `.git` that is none
        return False
    except SourceError:
        return True


# --- what was read of a history


_MOST_IDS = 1_000_000  # of one repository, 40 MB; behind so many only whole walks are remembered
_MOST_BYTES = 256 << 20  # of all repositories; the one that was not used for longest goes first
_MOST_SHARED_BYTES = 4 << 30
_PATIENCE = 5.0  # seconds to wait for another process that writes


_SCHEMA = (
    "CREATE TABLE clean (tag BLOB PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE state (content BLOB, seal BLOB)",
)


class CleanIds:
    """What is known of one repository under one set of rules, in a database of its own: ids of objects, nothing else.

    Several processes may use it at once, and it may be deleted at any time. What goes wrong with it costs time only.
    Repositories are kept apart: one whose packs lie about their contents can hide nothing but its own. Of a content in
    which there was nothing the seal of its id is kept, which nobody else can make; the rest is sealed as one.
    """

    is_shared = False
    _folder = "history"

    def __init__(self, cache: Cache, store: str, digest: str) -> None:
        """Open or make the database for the repository at `store`, under rules and settings known by `digest`."""
        self._database: sqlite3.Connection | None = None
        self._full = False
        self._name = hashlib.sha256(f"{store}\0{digest}".encode("utf-8", "surrogateescape")).digest()
        if cache.folder is None or cache.seal is None:
            return
        self._seal = cache.seal
        self._path = cache.folder / self._folder / f"{self._name.hex()[:32]}.sqlite3"
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _distrust(cache.folder) is None and _distrust(self._path.parent) is None:
                self._make_room()
                self._open()

    def walked(self) -> list[str]:
        """Return the commits behind which everything has been read."""
        return list(self._state()["walked"])

    def open(self) -> dict[str, str]:
        """Return the ids behind those commits in which there was something, with a commit that brought each."""
        return dict(self._state()["open"])

    def missing(self) -> list[str]:
        """Return the ids behind those commits that were not there to be read."""
        return list(self._state()["missing"])

    def contents(self) -> int:
        """Return how many contents behind those commits there was nothing in."""
        return int(self._state()["contents"])

    def clean(self, ids: Sequence[str]) -> set[str]:
        """Return which of these ids there was nothing in."""
        if self._database is None:
            return set()
        tags = {self._tag(name): name for name in ids}
        marks = ",".join("?" * len(tags))
        rows = self._rows(f"SELECT tag FROM clean WHERE tag IN ({marks})", list(tags))  # noqa: S608 - marks only
        return {tags[row[0]] for row in rows}

    def add(self, clean: Iterable[str]) -> None:
        """Remember ids in which there was nothing."""
        if self._database is None or self._full:
            return
        if rows := [(self._tag(name),) for name in clean]:
            self._change([("INSERT OR IGNORE INTO clean VALUES (?)", rows)])

    def finish(self, walked: Iterable[str], open_: Mapping[str, str], missing: Iterable[str], contents: int) -> None:
        """Remember that everything behind these commits has been read, where there was something, and what was not.

        All at once, so that no process ever sees one without the other.
        """
        if self._database is None:
            return
        state = {"walked": list(walked), "open": list(open_.items()), "missing": list(missing), "contents": contents}
        content = json.dumps(state).encode()
        sealed = (content, self._seal.of(b"state", self._name, content))
        self._change([("DELETE FROM state", []), ("INSERT INTO state VALUES (?, ?)", [sealed])])

    def close(self) -> None:
        """Close the database, which a run that scans many repositories would keep open otherwise."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _state(self) -> dict[str, Any]:
        """Return what was remembered at the end of a walk; what does not bear our seal is given up with the rest."""
        rows = self._rows("SELECT content, seal FROM state")
        if rows and self._seal.holds(rows[0][1], b"state", self._name, rows[0][0]):
            state: dict[str, Any] = json.loads(rows[0][0])
            return state
        return {"walked": [], "open": [], "missing": [], "contents": 0}

    def _make_room(self) -> None:
        _make_room(self._path, _MOST_BYTES)

    def _tag(self, name: str) -> bytes:
        return self._seal.of(b"clean", self._name, bytes.fromhex(name))[:16]

    def _open(self) -> None:
        import sqlite3

        try:
            self._database = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
            self._database.execute("PRAGMA trusted_schema = OFF")
            self._database.execute("PRAGMA synchronous = OFF")  # a file that a crash damages is made anew
            self._make()
            self._full = self._database.execute("SELECT count(*) FROM clean").fetchone()[0] > _MOST_IDS
            self._path.touch()  # it was used
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def _make(self) -> None:
        """Make the tables; a file that holds anything else was not written by us."""
        import sqlite3

        if not self._tables():
            self._change([(statement.replace("TABLE", "TABLE IF NOT EXISTS"), []) for statement in _SCHEMA])
        if self._database and self._tables() != list(_SCHEMA):
            raise sqlite3.DatabaseError("the tables are not ours")

    def _tables(self) -> list[str]:
        assert self._database  # noqa: S101 - it was just opened
        query = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"
        return [row[0] for row in self._database.execute(query)]

    def _rows(self, query: str, values: Sequence[bytes] = ()) -> list[tuple[bytes, ...]]:
        import sqlite3

        if self._database is None:
            return []
        try:
            rows = self._database.execute(query, values).fetchall()
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
        self.close()
        if "locked" not in str(error):
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)


class SharedIds(CleanIds):
    """What is clean in any repository of a family, such as one and its forks: contents under their names, and no more.

    It is for objects whose ids git worked out itself when it fetched them: else one repository could have called
    something harmless by the id of what another one holds. A content is known under one path alone, since what is
    harmless in a text may be none as JSON, and whoever makes a fork chooses the paths in it.
    """

    is_shared = True
    _folder = "fleet"

    def _make_room(self) -> None:
        if random.random() < _SELDOM:  # noqa: S311 - there are many, and each is looked at
            _make_room(self._path, _MOST_SHARED_BYTES)

    def walked(self) -> list[str]:
        """Return nothing: what one repository has read of its history says nothing of another's."""
        return []

    def contents(self) -> int:
        """Return 0, for the same reason."""
        return 0

    def finish(self, walked: Iterable[str], open_: Mapping[str, str], missing: Iterable[str], contents: int) -> None:
        """Remember no more."""


_SELDOM = 1 / 64  # of the times at which room is made


def _make_room(path: Path, most: int) -> None:
    """Delete the databases that were not used for longest, until the rest is small enough."""
    others = [(other.stat(), other) for other in path.parent.glob("*.sqlite3") if other != path]
    total = sum(facts.st_size for facts, _ in others)
    for facts, other in sorted(others, key=lambda pair: pair[0].st_mtime):
        if total <= most:
            return
        other.unlink(missing_ok=True)
        total -= facts.st_size
