"""What a scan reads: from a request to sources, in the order in which they are read."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from contextlib import suppress
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keyguard.engine import ranges
from keyguard.errors import RequestError, SourceError
from keyguard.frozen import dataclass
from keyguard.git.folders import enclosing, is_below
from keyguard.model import Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from keyguard.cache import Cache, CleanIds
    from keyguard.git.model import Repository
    from keyguard.packs import RuleSet
    from keyguard.settings import Settings
    from keyguard.sources import Source
    from keyguard.sources.history import HistorySource
    from keyguard.sources.repositories import Met

STDIN = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to scan, and how; nothing is read before it is scanned.

    Without `staged`, `since`, `range`, `pushed` or `received` it is files and folders, and the git history of folders.
    `settings` are spelled like the keys of the configuration and win over it.
    """

    paths: tuple[str, ...] = (".",)  # '-' is standard input
    stdin_name: str = "<stdin>"
    history: bool | None = None  # None: the history of folders, not of files that are named
    files: bool = True
    unreachable: bool = False  # dangling commits and contents too
    staged: bool = False
    since: str | None = None  # a revision
    range: str | None = None  # 'A..B'
    pushed: bool = False  # what a pre-push hook is told on standard input
    received: bool = False  # the same of a pre-receive hook
    remote: str | None = None
    cache: bool = True  # remember what was read of a history
    family: str = ""  # with the repositories of this name, whose objects git has fetched itself, that is shared
    jobs: int = 0  # processes at most; 0: one a core
    config: str | None = None  # in place of the configuration at the scan's root
    config_from: str | None = None  # a revision whose configuration, ignores, baseline and rules count
    settings: Mapping[str, object] = field(default_factory=dict)
    max_repositories: int = 1000  # below the targets, that are scanned each with its history
    max_depth: int | None = None  # folders below a target at which such a repository lies; None: any number
    must_read: bool = False  # a scan of everything that read nothing has failed
    command: tuple[str, ...] = ()  # the command line, for the record of the run

    @property
    def is_stdin(self) -> bool:
        """Whether it is standard input."""
        return STDIN in self.paths

    @property
    def is_change(self) -> bool:
        """Whether it is a change, not everything that is there."""
        return self.staged or self.is_range

    @property
    def is_range(self) -> bool:
        """Whether it is a range of commits."""
        return bool(self.since or self.range or self.pushed or self.received)

    def check(self) -> None:
        """Raise RequestError for what cannot be used together, in the words of the options."""
        modes = {
            "'-'": self.is_stdin,
            "--staged": self.staged,
            "--since": self.since,
            "--range": self.range,
            "--pushed": self.pushed,
            "--received": self.received,
            "--history-only": not self.files,
            "--no-history": self.history is False,
        }
        given = [name for name, value in modes.items() if value]
        if len(given) > 1:
            raise RequestError(f"{given[0]} and {given[1]} cannot be used together.")
        if self.unreachable and given not in ([], ["--history-only"]):
            raise RequestError(f"--unreachable is for the history, and cannot be used with {given[0]}.")
        if self.is_stdin and self.config_from:
            raise RequestError("'-' and --config-from cannot be used together.")
        if self.is_stdin and len(self.paths) > 1:
            raise RequestError("'-' reads standard input and takes no other path beside it.")


def scan_root(request: Request) -> Path:
    """Return the folder that paths are relative to."""
    from keyguard.sources import files

    return files.scan_root(["."] if request.is_stdin else request.paths)


def is_whole(request: Request, root: Path) -> bool:
    """Say whether everything below the root is scanned, and not some paths of it or a change."""
    if request.is_change or not request.files:
        return False
    return any(os.path.realpath(path) == os.path.realpath(root) for path in request.paths if path != STDIN)


def apart(request: Request, root: Path) -> list[Met]:
    """Return the repositories below the root that hold some of several targets: each is scanned by itself.

    One that lies in another target is met when that is read.
    """
    from keyguard.sources.repositories import Met, opened

    top = os.path.realpath(root)
    groups = _by_repository(request, top) if len(request.paths) > 1 and not request.is_change else {}
    folders = [os.path.realpath(path) for path in request.paths if Path(path).is_dir()] if groups else []
    return [
        Met.of(found, f"{os.path.relpath(folder, top).replace(os.sep, '/')}/", tuple(paths))
        for folder, paths in groups.items()
        if not any(other != folder and is_below(folder, other) for other in folders) and (found := opened(folder))
    ]


def _by_repository(request: Request, top: str) -> dict[str, list[str]]:
    """Return the targets that seem to lie in repositories below a folder, by the folders of these."""
    groups: dict[str, list[str]] = {}
    for path in request.paths:
        around = _repository_folder(path)
        if around and around != top and is_below(around, top):
            groups.setdefault(around, []).append(path)
    return groups


def _repository_folder(path: str) -> str | None:
    """Return the folder of the repository that a path seems to lie in; git is not asked, as there may be many paths."""
    from keyguard.git.repository import is_bare

    folder = os.path.realpath(_folder(path))
    return folder if is_bare(folder) else enclosing(folder)


def sources(
    request: Request,
    root: Path,
    rules: RuleSet,
    settings: Settings,
    cache: Cache,
    *,
    stores: Collection[str] = (),
    within: Collection[str] = (),
    history: Callable[..., HistorySource] | None = None,
) -> list[Source]:
    """Make the sources of a run; raises SourceError where there is no repository and one is needed.

    `stores` are those of the repositories whose history is read by others, `within` is what the whole run scans;
    `history` makes what reads a whole history, in place of `HistorySource`.
    """
    from keyguard.sources.files import FileSource, StdinSource

    if request.is_stdin:
        stream = open(os.devnull, "rb") if sys.stdin is None else sys.stdin.buffer  # noqa: PTH123, SIM115
        return [StdinSource(_name_of_stdin(request.stdin_name, root), stream, settings.max_file_size)]
    if request.is_change:
        return _change(request, root, rules, settings)
    _check_kinds(request.paths)
    wants_history = request.history is not False
    found = _Histories(request, root, rules, settings, cache, history).sources() if wants_history else []
    histories = [source for source in found if source.repository.store not in stores]
    wanted = (path for path in request.paths if request.files or Path(path).is_dir())
    paths = [path for path in wanted if not (wants_history and _is_bare(path))]
    if not paths:
        return [*histories]
    files = FileSource(
        paths,
        root=root,
        everything=settings.everything,
        exclude=settings.exclude,
        max_file_size=settings.max_file_size,
        histories={*stores, *(source.repository.store for source in histories)} if wants_history else None,
        files=request.files,
        discovers=True,
        within=within,
        words=[word for pack in rules.packs for word in pack.words],
    )
    if histories:
        files.algorithm = histories[0].repository.algorithm
    return [files, *histories]


def _check_kinds(paths: Iterable[str]) -> None:
    """Raise SourceError for a target that is neither a file nor a folder: a clean scan of it would say nothing."""
    from keyguard.sources.files import kind

    for path in paths:
        with suppress(OSError, ValueError):  # what is not there is reported later
            mode = os.stat(path).st_mode  # noqa: PTH116 - a path is text here
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise SourceError(f"{path!r} cannot be scanned: {kind(mode)}", "'-' reads standard input", what=path)


def _is_bare(path: str) -> bool:
    from keyguard.git.repository import is_bare, open_repository

    if not is_bare(os.path.realpath(path)):
        return False
    found = open_repository(path)
    return found is not None and found.bare


def _folder(path: str) -> str:
    return path if Path(path).is_dir() else str(Path(path).parent)


def _options(settings: Settings, repository: Repository, root: Path) -> dict[str, Any]:
    relative = os.path.relpath(repository.folder, root).replace(os.sep, "/")
    return {
        "prefix": "" if relative == "." else f"{relative}/",
        "everything": settings.everything,
        "exclude": settings.exclude,
        "max_file_size": settings.max_file_size,
    }


def _name_of_stdin(name: str, root: Path) -> str:
    """Return the name relative to the scan's root, as that of any file, so that the ignores fit it."""
    if name.startswith("<"):
        return name
    path = os.path.relpath(name, root).replace(os.sep, "/")
    return name if path.startswith("../") else path


# The whole history


@dataclass()
class _Histories:
    """The repositories of the paths, and their submodules, each once."""

    request: Request
    root: Path
    rules: RuleSet
    settings: Settings
    cache: Cache
    make: Callable[..., HistorySource] | None = None
    below: dict[Repository, list[str] | None] = field(default_factory=dict)  # None: all of it
    unread: list[Skipped] = field(default_factory=list)

    def sources(self) -> list[HistorySource]:
        for path in self.request.paths:
            if self.request.history or Path(path).is_dir():
                self._add(path)
        for repository, below in list(self.below.items()):
            if not repository.bare:
                self._add_submodules(repository, below)
        for repository in [one for one, below in self.below.items() if below is None]:
            self._add_unused(repository)
        histories = [self._source(repository, below) for repository, below in self.below.items()]
        if histories:
            histories[0].skipped += self.unread
        return histories

    def _source(self, repository: Repository, below: Sequence[str] | None) -> HistorySource:
        from keyguard.sources.history import HistorySource
        from keyguard.sources.paths import Paths

        return (self.make or HistorySource)(
            repository,
            below=below or (),
            unreachable=self.request.unreachable,
            memory=self._memory(repository) if self.request.cache else None,
            paths=Paths(self.rules, self.settings),
            **_options(self.settings, repository, self.root),
        )

    def _add(self, path: str) -> None:
        repository = self._repository(path)
        if repository is None:
            return
        inside = os.path.relpath(os.path.realpath(path), repository.folder).replace(os.sep, "/")
        if other := next((one for one in self.below if one.store == repository.store and one != repository), None):
            self.below[other] = None  # another work tree of it
            return
        below = self.below.setdefault(repository, [])
        if inside == "." or repository.bare:
            self.below[repository] = None
        elif below is not None:
            below.append(_known(path, inside, repository))

    def _repository(self, path: str) -> Repository | None:
        """Find a path's repository; without one there is an error only where nothing else is read."""
        from keyguard.git.failures import KilledError
        from keyguard.git.program import find_git
        from keyguard.git.repository import absent, is_bare, open_repository

        if self.request.files and not self.request.history and find_git() is None:
            return None
        try:
            found = open_repository(_folder(path))
        except KilledError:
            raise  # the files can be listed, and nothing would be reported of the history
        except SourceError:
            if self.request.files and not is_bare(os.path.realpath(path)):
                return None  # reported when the files are listed
            raise
        if found is None and not self.request.files and (enclosing(path) or not Path(path).is_dir()):
            raise absent(path, "name a folder of one, or leave --history-only out")
        return found  # a folder may hold some

    def _add_submodules(self, repository: Repository, below: Sequence[str] | None = None) -> None:
        from keyguard.git.repository import open_repository, submodules

        try:
            paths = submodules(repository)
        except SourceError:
            return  # reported when the index is read for what it holds
        for path in paths:
            if below is not None and not any(f"{path}/".startswith(f"{folder}/") for folder in below):
                continue
            folder = f"{repository.folder}/{path}"
            if folder != os.path.realpath(folder) or not os.path.lexists(f"{folder}/.git"):
                continue  # a link leads out of the repository, or it is not checked out
            try:
                found = open_repository(folder)
            except SourceError:
                continue  # reported when the files are listed
            if found is not None and found not in self.below and found.folder == folder:
                self.below[found] = None
                self._add_submodules(found)

    def _add_unused(self, repository: Repository) -> None:
        """Add what git has kept of submodules that were removed, or are not checked out, as bare repositories."""
        from keyguard.sources.repositories import EXCLUDED, opened_module, stores_of_modules

        known = {one.store for one in self.below}
        for folder in stores_of_modules(repository.store):
            if folder in known:
                continue
            path = f"{os.path.relpath(folder, os.path.realpath(self.root)).replace(os.sep, '/')}/"
            found = Skipped(path, EXCLUDED, is_chosen=True) if self._is_excluded(path) else opened_module(folder)
            if isinstance(found, Skipped):
                self.unread.append(replace(found, what=path))
            else:
                self.below[found] = None

    def _is_excluded(self, path: str) -> bool:
        from keyguard.sources.names import patterns

        return bool(self.settings.exclude) and patterns(self.settings.exclude).match_file(path)

    def _memory(self, repository: Repository) -> CleanIds:
        from keyguard.engine.memory import digest

        settings = self.settings
        decoding = settings.no_decode, settings.decode
        chosen = (settings.everything, settings.exclude, self.root if settings.exclude else "", decoding)
        rules = hashlib.sha256(repr((digest(self.rules), chosen)).encode()).hexdigest()
        if self.request.family:
            return self.cache.shared_ids(self.request.family, rules)
        return self.cache.clean_ids(repository.store, rules)


# A change


def _change(request: Request, root: Path, rules: RuleSet, settings: Settings) -> list[Source]:
    from keyguard.sources.files import TrackedFiles
    from keyguard.sources.git import RangeSource, StagedSource
    from keyguard.sources.paths import Paths

    repository = _repository_of_all(request.paths)
    # What somebody stages or commits is read, whatever tool made it: a change is small, and may bring a key by it.
    limits = _options(settings, repository, root)
    options = limits | {"paths": Paths(rules, settings), "everything": True}
    inside = [os.path.relpath(os.path.realpath(path), repository.folder).replace(os.sep, "/") for path in request.paths]
    whole = "." in inside or repository.bare
    options["below"] = () if whole else [_known(*each, repository) for each in zip(request.paths, inside, strict=True)]
    if request.staged and repository.bare:
        raise SourceError(f"{request.paths[0]!r} is a bare repository: nothing is staged there", "name a work tree")
    given = ranges.refs_of_pre_commit(repository) if request.staged else None
    if request.staged and given is None:
        found: list[Source] = [StagedSource(repository, **options)]
    else:
        found = [RangeSource(repository, given or ranges.range_of(request, repository), **options)]
    if (request.staged or request.pushed) and given is None and ranges.is_by_hand():
        limits.pop("prefix")
        files = TrackedFiles(request.paths, root=root, **limits)
        files.algorithm = repository.algorithm
        found.insert(0, files)
    return found


def _known(path: str, inside: str, repository: Repository) -> str:
    """Return a path of the repository that is there, or that some commit or the index has."""
    from keyguard.git.repository import index_entries
    from keyguard.git.walks import EVERYTHING, commit_ids

    if os.path.lexists(path) or any(commit_ids(repository, ["-1", *EVERYTHING], below=[inside])):
        return inside
    if any(f"{name}/".startswith(f"{inside}/") for name, _ in index_entries(repository)):
        return inside
    raise SourceError(
        f"{path!r} does not exist and never did in any commit", "git log -- PATH shows the commits of a path"
    )


def _repository_of_all(paths: Sequence[str]) -> Repository:
    """Return the one repository that all paths lie in."""
    from keyguard.git.repository import absent, open_repository

    found = {open_repository(folder) for folder in {_folder(path) for path in paths}}
    repository = found.pop()
    if found:
        raise SourceError(
            "the paths are not in one git repository", "pass a path inside the repository you want to scan"
        )
    if repository is None:
        raise absent(paths[0], "pass a path inside the repository you want to scan")
    return repository
