"""Files of the disk: which ones there are to read, and their bytes.

    target -> place -+-> git's listing (in a work tree) -+-> blobs; folders within go back to the places
                     +-> our own walk (anywhere else)   -+

A folder target is read with these exceptions, each counted in `left_out`; `everything` lifts all but the last two:
what tools put there (`made`), with build folders; ignored files that do not look like configuration; ignored files of
more than 1 MB; what `exclude` names; symbolic links. What lies in a `.git` is never read as a file. In a work tree
it is git that lists, so that a pipe or a socket there is no entry at all. A file named as a target is read whatever
its name, unless `exclude` names it.
"""

# Paths are strings here: making a Path takes 3.7 us, as much as all else that is done to name a file.
# ruff: noqa: PTH110, PTH112, PTH114, PTH116, PTH118, PTH119, PTH120, PTH208

from __future__ import annotations

import errno
import os
import re
import stat
import threading
from collections import Counter, deque
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from keyguard.errors import SourceError
from keyguard.expressions import expression
from keyguard.git import calls
from keyguard.git.folders import enclosing, is_below
from keyguard.model import Blob, Skipped, Tracking
from keyguard.sources import PIECE, Source, caches, lfs, made
from keyguard.sources.names import amount, patterns
from keyguard.sources.repositories import Met, Repositories

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

# Names of folders for products, where a build file stands beside them and git does not track what is in them: of the
# first, settings alone are read, as builds copy them; the others are left out.
_PRODUCTS = frozenset("_build build coverage dist htmlcov obj out target vendor".split())
_CACHES = frozenset(
    ".angular .dart_tool .next .nuxt .parcel-cache .stack-work .svelte-kit .turbo DerivedData Pods".split()
)
_BUILD_FILES = (
    "package.json pyproject.toml setup.py Cargo.toml go.mod pom.xml build.gradle build.gradle.kts build.sbt "
    "stack.yaml Podfile composer.json Gemfile CMakeLists.txt Makefile meson.build mix.exs pubspec.yaml"
).split()

_MODULES = "modules.txt"  # of Go, in its `vendor`

# Ignored files are mostly products and data; these hold settings, or are what people keep keys in. Code is taken when
# its name says so (config.py, or a provider's word), notebooks and logs are not.
_CONFIGURATION = (
    r"\.env.* | .*\.env(\..*)?"
    r"| \..*(rc|_?history|profile|login|pass|credentials)"
    r"| .*\.(json[c5l]? | ya?ml | toml | ini | cfg | cnf | conf | config | properties | props | xml | plist"
    r"| tfvars | tfstate(\.backup)? | secrets? | credentials? | creds | keys? | sh | bash | zsh | fish | ps1 | bat"
    r"| cmd | service | http | rest)"
    r"| .*(\.bak | \.backup | \.old | \.orig | \.save | \.lock | \.sw[a-p] | ~)"
    r"| (post)?activate(\..*)?"  # of a virtual environment, to which people add exports
    r"| .*(config | setting | secret | credential | creds | passw | passphrase | token | api.?key | keys | account"
    r"| wallet{}).*"
)
_IGNORED_LIMIT = 1024 * 1024  # what git ignores and is larger is data: market candles as JSON by the gigabyte

_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_UNSIZED = 64 * 1024  # /proc says that its files are empty

_REASONS = {
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ENOENT: "it vanished before it could be read",
    errno.ENOTDIR: "it vanished before it could be read",
    errno.ELOOP: "its symbolic links lead in a circle",
    errno.ENAMETOOLONG: "its path is longer than the system allows",
    errno.EIO: "the disk reported a read error",
    errno.ENXIO: "it is a socket or a device, not a file",
    errno.EAGAIN: "it is not ready to be read",
}

_GONE = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR}


class _Place(NamedTuple):
    """A folder to look into."""

    folder: str  # absolute, free of symbolic links
    path: str  # relative to the scan's root, '/' at its end; '' for the root itself
    tracking: Tracking = Tracking.NONE
    target: bool = False  # named by the user, so that the work tree may begin above it
    configuration: bool = False  # only what looks like it


class _Folders:
    """The folders of one listing: each is decided on once, from the top down."""

    def __init__(self, decide: Callable[[str], bool], below: str) -> None:
        self._decide = decide
        self._verdicts = {"": True, below: True}
        self._start = len(below) + 1 if below else 0

    def reads(self, folder: str) -> bool:
        """Say whether the files in `folder` are read; a loop, since a forged index may be any number deep."""
        at = self._start
        while folder not in self._verdicts:
            at = folder.find("/", at) + 1 or len(folder) + 1
            part = folder[: at - 1]
            if part not in self._verdicts:
                self._verdicts[part] = self._decide(part)
            if not self._verdicts[part]:
                self._verdicts[folder] = False
        return self._verdicts[folder]


class FileSource(Source):
    """The files that the targets name or hold."""

    def __init__(
        self,
        targets: Sequence[str],
        *,
        root: Path,
        everything: bool,
        exclude: Sequence[str],
        max_file_size: int,
        histories: Collection[str] | None = None,  # the stores of which others read the history; None: nobody shall
        files: bool = True,  # else it only looks for repositories
        discovers: bool = False,  # puts the repositories below aside, to be scanned by themselves
        within: Iterable[str] = (),  # all that the run scans, with other sources
        words: Iterable[str] = (),  # of providers: an ignored file named after one is read
    ) -> None:
        self.skipped: list[Skipped] = []
        self.left_out: Counter[str] = Counter()
        self.failures: list[SourceError] = []
        self._targets = targets
        self._root = os.path.realpath(root)
        self._everything = everything
        self._exclude = patterns(exclude) if exclude else None
        self._limit = max_file_size
        self._limit_words = f"the size limit of {amount(max_file_size)} (--max-file-size)"
        self._ignored_limit = max_file_size if everything else _IGNORED_LIMIT
        self._named: set[str] = {location(target) for target in targets}
        self._lock = threading.Lock()
        folders = {os.path.realpath(folder) for folder in (*targets, *within)}
        self._repositories = Repositories(histories, discovers=discovers, everything=everything, within=folders)
        self._reads = files
        named_after = "".join(f"|{re.escape(word)}" for word in words)
        self._configuration = expression(
            _CONFIGURATION.replace("{}", named_after), re.VERBOSE | re.IGNORECASE | re.DOTALL
        )

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process reads files with."""
        return {name: value for name, value in self.__dict__.items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _lock=threading.Lock())

    def blobs(self) -> Iterator[Blob]:
        """Name the files: those that are targets first, then each folder's in git's order or by name."""
        files, folders = self._sorted_targets()
        named = self._named_blobs(files, folders)
        if self._reads:
            yield from named
        else:
            deque(named, maxlen=0)
            self.left_out.clear()
            self.failures.clear()  # of files that nobody asked for; a history says itself what it cannot read
        if number := self._repositories.cached:
            self.left_out[caches.WHAT] += number
        told = {failure.what for failure in self.failures}
        for unread in self._repositories.unread():
            if isinstance(unread, SourceError):
                self.failures.append(unread)
            elif unread.what not in told:
                self.skipped.append(unread)

    def _named_blobs(self, files: dict[str, int], folders: Sequence[str]) -> Iterator[Blob]:
        seen: set[str] | None = set() if any(_holds(one, two) for one in folders for two in folders) else None
        yield from self._named_files(files)
        for folder in folders:
            for blob in self._below(folder):
                if blob.id in self._named or (seen is not None and blob.id in seen):
                    continue
                if seen is not None:
                    seen.add(blob.id)
                yield blob

    @property
    def aside(self) -> Sequence[Met]:
        """The repositories below that were met and put aside, when all blobs were named."""
        return self._repositories.aside

    def read(self, blobs: Sequence[Blob]) -> Iterator[tuple[Blob, Iterable[bytes]]]:
        """Read files; a tracked one that is deleted in the work tree gives nothing and is no trouble."""
        return ((blob, self.pieces(blob)) for blob in blobs)

    def pieces(self, blob: Blob) -> Iterator[bytes]:
        """Read one file, or what git LFS keeps in its place."""
        return self._pieces(blob)

    def _pieces(self, blob: Blob, *, pointed: bool = False) -> Iterator[bytes]:
        named = blob.id in self._named
        try:
            handle = _open(blob.id, follow=named)
            try:
                facts = os.fstat(handle)
                if not self._takes(blob, facts, named=named):
                    return
                size = facts.st_size
                # One byte more than there should be: a shorter answer is the whole file, without a second call.
                piece = os.read(handle, min(size or _UNSIZED, PIECE - 1) + 1)
                if not pointed and (place := lfs.stored(blob.id, piece)):
                    yield from self._pieces(replace(blob, id=place), pointed=True)
                    return
                yield piece
                total = len(piece)
                if total <= size < PIECE:
                    return
                while piece := os.read(handle, PIECE):
                    total += len(piece)
                    if total > self._limit:
                        self._skip(blob.path, f"it grew over {self._limit_words} while it was read")
                        return
                    yield piece
            finally:
                os.close(handle)
        except OSError as error:
            self._note(blob, error, named=named)

    # What there is to read

    def _sorted_targets(self) -> tuple[dict[str, int], list[str]]:
        files: dict[str, int] = {}
        folders: dict[str, None] = {}
        for target in self._targets:
            try:
                facts = os.stat(target)
            except OSError as error:
                self.failures.append(_failure(target, error))
                continue
            if stat.S_ISDIR(facts.st_mode):
                folders[os.path.realpath(target)] = None
            elif stat.S_ISREG(facts.st_mode):
                files[location(target)] = facts.st_size
            else:
                self._skip(self._relative(location(target)), kind(facts.st_mode))
        return files, list(folders)

    def _named_files(self, files: dict[str, int]) -> Iterator[Blob]:
        tracking = self._tracking(files)
        for file, size in files.items():
            path = self._relative(file)
            if self._is_excluded(path):
                self._leave_out("excluded paths")
            else:
                yield Blob(path, file, size, tracking[file])

    def _tracking(self, files: Iterable[str]) -> dict[str, Tracking]:
        answer = dict.fromkeys(files, Tracking.NONE)
        groups: dict[str, list[str]] = {}
        for file in files:
            if top := enclosing(os.path.dirname(file)):
                groups.setdefault(top, []).append(file)
        for top, members in groups.items():
            names = {_slashed(os.path.relpath(file, top)): file for file in members}
            names = {name: file for name, file in names.items() if ".git" not in name.split("/")}
            if names and self._top(top) == top:
                try:
                    found = calls.tracking(top, list(names))
                except SourceError as error:
                    self._fail(error, top)
                else:
                    answer.update((names[name], known) for name, known in found.items() if name in names)
        return answer

    def _below(self, target: str) -> Iterator[Blob]:
        relative = self._relative(target)
        around = enclosing(target) or target
        top = self._relative(around)
        if self._repositories.leaves_out(target, f"{relative}/" if relative else ""):
            return
        self._repositories.look(around, f"{top}/" if top else "", is_target=True)
        places = [_Place(target, f"{relative}/" if relative else "", target=True)]
        while places:
            within: list[_Place] = []
            yield from self._files(places.pop(), within)
            within += (
                _Place(folder, path) for folder, path in self._repositories.damaged() if is_below(folder, target)
            )
            places += reversed(within)

    def _files(self, place: _Place, within: list[_Place]) -> Iterator[Blob]:
        """Name the files of one place, and add the folders that are places of their own to `within`."""
        if place.target or os.path.lexists(os.path.join(place.folder, ".git")):
            top = self._top(place.folder, is_met=not place.target)
            if top and (place.target or top == place.folder):
                try:
                    yield from self._listed(place, top, within)
                except SourceError as error:  # before the first file was named
                    self._fail(error, top)
                else:
                    return
        yield from self._walked(place, within)

    def _top(self, folder: str, *, is_met: bool = False) -> str | None:
        try:
            top = calls.work_tree(folder)
        except SourceError as error:
            if not is_met:  # else it is told with the repositories that were met
                self._fail(error, enclosing(folder) or folder)
            return None
        return os.path.realpath(top) if top else None

    def _listed(self, place: _Place, top: str, within: list[_Place]) -> Iterator[Blob]:
        """Name what git lists; its loop is hot, so a folder is decided on once and a file by its name alone."""
        below = "" if place.folder == top else _slashed(os.path.relpath(place.folder, top))
        cut = len(below) + 1 if below else 0  # git's paths begin at the top level, ours at the place
        base, prefix = top.rstrip(os.sep), place.path
        unreadable: set[str] = set()

        def folders(tracking: Tracking) -> _Folders:
            return _Folders(
                lambda folder: self._reads_folder(base, folder, f"{prefix}{folder[cut:]}/", tracking), below
            )

        current, known = Tracking.NONE, folders(Tracking.NONE)
        last, reads, alone = "\0", True, False
        for rel, tracking in calls.listing(top, below, unreadable=unreadable):
            if tracking is not current:
                current, known, last = tracking, folders(tracking), "\0"
            parent, _, name = rel.rpartition("/")
            if not name and tracking is Tracking.TRACKED:
                module = prefix + rel[cut:]
                self._repositories.look_for_module(f"{base}/{parent}", module, is_excluded=self._is_excluded(module))
            if parent != last:
                last, reads, alone = parent, known.reads(parent), self._settings_alone(base, parent, tracking)
            if not reads:
                continue
            path = prefix + rel[cut:]
            if name:
                if self._reads_file(path, f"{base}/{parent}", name, configuration=alone):
                    yield Blob(path, f"{base}/{rel}", 0, tracking)
                continue
            if alone and parent == below:  # the user named a folder that git ignores: all of it is wanted
                alone, self._ignored_limit = False, self._limit
            within.append(_Place(f"{base}/{parent}", path, tracking, configuration=alone))
        known = folders(Tracking.UNTRACKED)
        for folder in sorted(unreadable):
            if known.reads(folder):
                self._skip(f"{prefix}{folder[cut:]}/", _REASONS[errno.EACCES])

    def _walked(self, place: _Place, within: list[_Place]) -> Iterator[Blob]:
        """Name the files of one folder in the order of their names; no call to the system but for the folder itself."""
        files: list[str] = []
        folders: list[str] = []
        others: list[str] = []
        try:
            with os.scandir(place.folder) as entries:
                for entry in entries:
                    if entry.is_symlink():
                        self._leave_out_link(f"{place.folder}/{entry.name}", place.path + entry.name)
                    elif entry.is_file(follow_symlinks=False):
                        files.append(entry.name)
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
                    else:
                        others.append(entry.name)
        except OSError as error:
            self._skip(place.path or ".", _reason(error))
        base = place.folder.rstrip(os.sep)
        for name in sorted(others):
            self._skip(place.path + name, _kind_of(f"{base}/{name}"))
        for name in sorted(files):
            if self._reads_file(place.path + name, base, name, configuration=place.configuration):
                yield Blob(place.path + name, f"{base}/{name}", 0, place.tracking)
        for name in sorted(folders):
            path = f"{place.path}{name}/"
            if self._reads_folder(place.folder, name, path, place.tracking):
                within.append(self._inner(place, name, path))

    # What is left out

    def _reads_file(self, path: str, folder: str, name: str, *, configuration: bool) -> bool:
        if self._exclude and self._is_excluded(path):
            self._leave_out("excluded paths")
        elif not self._everything and made.is_lock_file(folder, name, _DISK):
            self._leave_out("lock files beside their manifests")
        elif configuration and not self._configuration.fullmatch(name):
            self._leave_out("ignored files")
        else:
            return True
        return False

    def _reads_folder(self, base: str, folder: str, path: str, tracking: Tracking) -> bool:
        """Decide on one folder by its name, its neighbours, and whether it is a real one."""
        name = folder.rpartition("/")[2]
        if name in {".git", "..", ""}:  # the last two stand in a forged index only
            return False
        if self._is_excluded(path):
            self._leave_out("excluded paths")
            self._look_into_excluded(f"{base}/{folder}", path)
            return False
        if not self._everything and self._is_product(f"{base}/{folder}", tracking):
            self._leave_out("installed packages, caches and build folders")
            return False
        # A tracked folder may have become a link to anywhere; a submodule's own folder is looked at here as well.
        if tracking is Tracking.TRACKED and not self._is_real(f"{base}/{folder}", path):
            return False
        return not self._repositories.look(f"{base}/{folder}", path, is_tracked=tracking is Tracking.TRACKED)

    def _look_into_excluded(self, folder: str, path: str) -> None:
        """Look for repositories in a folder of which no file is read, where they would be found if it were."""
        waiting = [(folder, path)]
        while waiting:
            folder, path = waiting.pop()
            if self._is_left_to_tools(folder) or self._repositories.look_at_excluded(folder, path):
                continue
            with suppress(OSError), os.scandir(folder) as entries:
                names = sorted((entry.name for entry in entries if entry.is_dir(follow_symlinks=False)), reverse=True)
                waiting += ((f"{folder}/{name}", f"{path}{name}/") for name in names)

    def _is_left_to_tools(self, folder: str) -> bool:
        return os.path.islink(folder) or (not self._everything and self._is_product(folder, Tracking.UNTRACKED))

    def _is_product(self, folder: str, tracking: Tracking) -> bool:
        parent, name = os.path.split(folder)
        if name in made.STORES:
            return True
        if name == made.COMPILED:
            return _has_sources(folder, parent)
        if not self._is_named_for_packages(parent) and made.is_made(_slashed(folder), _DISK):
            return True
        if tracking is Tracking.TRACKED:
            return False
        return (name in _CACHES and _has_any(parent, _BUILD_FILES)) or _is_vendored(_slashed(folder))

    def _settings_alone(self, base: str, folder: str, tracking: Tracking) -> bool:
        """Say whether settings alone are read in a folder that git lists."""
        if self._everything or tracking is Tracking.TRACKED:
            return False
        parts = folder.split("/")
        above = ("/".join((base, *parts[:number])) for number, name in enumerate(parts) if name in _PRODUCTS)
        names = (name for name in parts if name in _PRODUCTS)
        return tracking is Tracking.IGNORED or any(map(_is_output, above, names))

    def _inner(self, place: _Place, name: str, path: str) -> _Place:
        """Return a folder within another; of one for products, settings alone are read."""
        base = place.folder.rstrip(os.sep)
        output = not self._everything and _is_output(base, name)
        return _Place(f"{base}/{name}", path, place.tracking, configuration=place.configuration or output)

    def _is_named_for_packages(self, parent: str) -> bool:
        """Say whether the user named the very folder that holds packages: scan node_modules."""
        folders = (parent, os.path.dirname(parent))
        return any(folder in self._named and os.path.basename(folder) in made.PACKAGES for folder in folders)

    def _is_real(self, folder: str, path: str) -> bool:
        try:
            mode = os.lstat(folder).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            self._skip(path, _reason(error))
            return False
        if stat.S_ISLNK(mode):
            self._leave_out_link(folder, path.rstrip("/"))
        return stat.S_ISDIR(mode)

    def _is_excluded(self, path: str) -> bool:
        return self._exclude is not None and self._exclude.match_file(path)

    # Reading

    def _takes(self, blob: Blob, facts: os.stat_result, *, named: bool) -> bool:
        if not stat.S_ISREG(facts.st_mode):
            if stat.S_ISDIR(facts.st_mode):
                raise IsADirectoryError(errno.EISDIR, "a folder")
            self._skip(blob.path, kind(facts.st_mode))
        elif facts.st_size > self._limit:
            self._skip(blob.path, f"{amount(facts.st_size)} is over {self._limit_words}")
        elif facts.st_size > self._ignored_limit and blob.tracking is Tracking.IGNORED and not named:
            self._leave_out("large ignored files")
        else:
            return True
        return False

    def _note(self, blob: Blob, error: OSError, *, named: bool) -> None:
        if not named and error.errno in {errno.ELOOP, errno.EMLINK}:  # EMLINK is how FreeBSD says it
            self._leave_out_link(blob.id, blob.path)
        elif named or blob.tracking is not Tracking.TRACKED or error.errno not in _GONE:
            self._skip(blob.path, _reason(error))

    def _skip(self, what: str, reason: str) -> None:
        self.skipped.append(Skipped(what, reason))

    def _fail(self, error: SourceError, folder: str) -> None:
        path = self._relative(folder)
        self.failures.append(SourceError(error.message, error.hint, what=f"{path}/" if path else "."))

    def _leave_out(self, what: str) -> None:
        with self._lock:
            self.left_out[what] += 1

    def _leave_out_link(self, place: str, path: str) -> None:
        self._leave_out("symbolic links")
        if (unread := self._repositories.look_at_link(place, path)) and not self._is_excluded(f"{path}/"):
            self.skipped.append(unread)

    def _relative(self, path: str) -> str:
        relative = _slashed(os.path.relpath(path, self._root))
        return "" if relative == "." else relative


class TrackedFiles(FileSource):
    """The files of a work tree that git tracks, as they lie there."""

    def blobs(self) -> Iterator[Blob]:
        """Name those files alone."""
        named = self._named_blobs(*self._sorted_targets())
        return (blob for blob in named if blob.tracking is Tracking.TRACKED)


class OpenFile(FileSource):
    """A file of which an editor has another text than the disk; it need not be there."""

    def __init__(self, path: str, text: bytes, *, root: Path, exclude: Sequence[str], max_file_size: int) -> None:
        super().__init__([path], root=root, everything=False, exclude=exclude, max_file_size=max_file_size)
        self._path, self._text = path, text

    def blobs(self) -> Iterator[Blob]:
        """Name the file, unless it is excluded."""
        file = location(self._path)
        return (replace(blob, size=len(self._text)) for blob in self._named_files({file: len(self._text)}))

    def pieces(self, blob: Blob) -> Iterator[bytes]:  # noqa: ARG002 - there is one
        """Return the text."""
        return iter([self._text])


class StdinSource(Source):
    """Standard input, under a name of the user's."""

    def __init__(self, name: str, stream: IO[bytes], max_file_size: int) -> None:
        self.skipped: list[Skipped] = []
        self.left_out: Counter[str] = Counter()
        self.failures: list[SourceError] = []
        self._blob = Blob(name, "-")
        self._stream = stream
        self._limit = max_file_size
        self._kept: list[bytes] | None = None  # a stream is read once, and a blob may be asked for again

    def blobs(self) -> Iterator[Blob]:
        """Name the one blob."""
        yield self._blob

    def read(self, blobs: Sequence[Blob]) -> Iterator[tuple[Blob, Iterable[bytes]]]:
        """Read the one blob, as often as it is asked for."""
        return ((blob, self.pieces(blob)) for blob in blobs)

    def pieces(self, blob: Blob) -> Iterator[bytes]:
        """Read up to the size limit; what is behind it is reported as not read."""
        if self._kept is not None:
            yield from self._kept
            return
        self._kept = []
        for piece in self._read(blob):
            self._kept.append(piece)
            yield piece

    def _read(self, blob: Blob) -> Iterator[bytes]:
        left = self._limit
        empty = True
        try:
            while piece := self._stream.read(min(left, PIECE - 1) + 1):
                # At the limit one byte more is asked for, which tells whether there is any.
                if len(piece) > left:
                    reason = f"what is behind the size limit of {amount(self._limit)} was not read (--max-file-size)"
                    self.skipped.append(Skipped(blob.path, reason))
                    yield piece[:left]
                    return
                yield piece
                empty, left = False, left - len(piece)
            if empty:
                yield b""
        except OSError as error:
            self.skipped.append(Skipped(blob.path, _reason(error)))


def scan_root(targets: Iterable[str]) -> Path:
    """Find the folder that paths are told relative to.

    That is the top level of the work tree when all targets lie in one, else the folder that holds them all; targets
    that do not exist have no say.
    """
    folders = [
        os.path.realpath(target) if os.path.isdir(target) else os.path.dirname(location(target))
        for target in targets
        if os.path.exists(target)
    ]
    if not folders:
        return Path.cwd()
    tops = {_top_or_none(folder) for folder in set(folders)}
    top = tops.pop()
    if top and not tops:
        return top
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # on two drives of Windows
        return Path.cwd()


def _top_or_none(folder: str) -> Path | None:
    try:
        return calls.work_tree(folder)
    except SourceError:  # told when the files are listed
        return None


def _open(path: str, *, follow: bool) -> int:
    if not follow and not _NO_FOLLOW and os.path.islink(path):
        raise OSError(errno.ELOOP, "a symbolic link")
    return os.open(path, _OPEN if follow else _OPEN | _NO_FOLLOW)


def _has_sources(folder: str, parent: str) -> bool:
    """Say whether all compiled modules of a folder are made of what lies beside it."""
    try:
        names = os.listdir(folder)
    except OSError:
        return True
    return all(_has_any(parent, [f"{name.partition('.')[0]}.py"]) for name in names if name.endswith(".pyc"))


class _Disk:
    """What lies on the disk, as evidence."""

    def has(self, path: str) -> bool:
        return os.path.lexists(path)

    def names(self, folder: str) -> Iterable[str]:
        try:
            return os.listdir(folder)
        except OSError:
            return ()


_DISK = _Disk()


def _is_output(base: str, name: str) -> bool:
    """Say whether a folder is for products; in a vendor folder with a list, what that lists is left out by itself."""
    return name in _PRODUCTS and _has_any(base, _BUILD_FILES) and not os.path.lexists(f"{base}/{name}/{_MODULES}")


def _is_vendored(folder: str) -> bool:
    """Say whether a folder is one of the modules that Go's list of vendored ones has."""
    vendor, inside, module = folder.rpartition("/vendor/")
    return bool(inside) and module in _listed(f"{vendor}/vendor/{_MODULES}")


@lru_cache(maxsize=64)
def _listed(path: str) -> frozenset[str]:
    """Return the modules that a list of vendored ones names."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return frozenset()
        with Path(path).open("rb") as file:
            lines = file.read(_IGNORED_LIMIT).decode("utf-8", "replace").split("\n")
    except OSError:
        return frozenset()
    return frozenset(line.split()[1] for line in lines if line.startswith("# ") and len(line.split()) > 1)


def _has_any(folder: str, names: Iterable[str]) -> bool:
    return any(os.path.lexists(f"{folder}/{name}") for name in names)


def location(target: str) -> str:
    """Free the folders above a target of symbolic links, and leave its own name as it was typed."""
    return os.path.join(os.path.realpath(os.path.dirname(target) or "."), os.path.basename(target))


def _holds(folder: str, other: str) -> bool:
    return other != folder and other.startswith(folder.rstrip(os.sep) + os.sep)


def _slashed(path: str) -> str:
    return path.replace(os.sep, "/")


def _failure(target: str, error: OSError) -> SourceError:
    if error.errno == errno.ENOENT and os.path.islink(target):
        return SourceError(
            f"{target!r} is a symbolic link that leads nowhere", "name the file or folder itself", what=target
        )
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return SourceError(
            f"{target!r} does not exist", "check the path; it is taken relative to the current folder", what=target
        )
    return SourceError(
        f"{target!r} cannot be scanned: {_reason(error)}", "check its permissions and its path", what=target
    )


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0) or (error.strerror or type(error).__name__).lower()


def _kind_of(path: str) -> str:
    try:
        return kind(os.lstat(path).st_mode)
    except OSError as error:
        return _reason(error)


def kind(mode: int) -> str:
    """Say what it is that is no file."""
    if stat.S_ISFIFO(mode):
        return "it is a named pipe, not a file"
    if stat.S_ISSOCK(mode):
        return "it is a socket, not a file"
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        return "it is a device, not a file"
    return "it is not a regular file"
