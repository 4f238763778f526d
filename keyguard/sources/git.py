"""What git holds: what all its sources have in common, and two of them; the whole history has a module of its own.

    RangeSource    what the commits of a range added
    StagedSource   what a commit made now would hold
    NamedSource    contents that somebody names, as a report did

Commit and tag messages are texts too. Nothing is fetched: what a partial clone lacks is noted as missing.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from keyguard.errors import SourceError
from keyguard.git import repository as git
from keyguard.git import walks
from keyguard.git.failures import BoundError
from keyguard.git.objects import Objects
from keyguard.model import Blob, History, Origin, Skipped, Tracking
from keyguard.sources import PIECE, Source, lfs, provenance
from keyguard.sources.made import Listing
from keyguard.sources.names import amount, left_out, patterns

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from keyguard.git.model import Change, Commit, Repository
    from keyguard.git.objects import Object
    from keyguard.sources import Traces
    from keyguard.sources.paths import Paths

_NOTE = re.compile(r"(?:[0-9a-f]{2}/)*[0-9a-f]{10,}")  # how a notes tree names what a note is on
SHORT = 10
SHALLOW = "this clone is shallow: what came before its oldest commits is not in it"
_MODULE = "it is a submodule: the change holds the id of its commit alone, and nothing of it was read"
_FETCHED = "not in this clone, and nothing is fetched"


class GitSource(Source):
    """What the three have in common: which contents are passed over, and how they are read."""

    repositories = 1

    def __init__(
        self,
        repository: Repository,
        *,
        paths: Paths,
        prefix: str = "",
        below: Sequence[str] = (),
        everything: bool = False,
        exclude: Sequence[str] = (),
        max_file_size: int = 256 << 20,
    ) -> None:
        self.skipped: list[Skipped] = []
        self.left_out: Counter[str] = Counter()
        self.failures: list[SourceError] = []
        self.repository = repository
        self._paths = paths
        self._below = below  # paths relative to the top of the repository; none: all of it
        self._prefix = prefix  # of the repository's paths below the scan's root; '' or ending in '/'
        self._everything = everything
        self._exclude = patterns(exclude) if exclude else None
        self._limit = max_file_size
        self._objects = Objects(repository, PIECE)
        self._missing: list[str] = []
        self._replaced: dict[tuple[str, str], None] = {}  # paths and contents before a change
        self._tree: Listing | None = None  # made when something in it may be a tool's work
        self._passed: dict[str, tuple[str, int]] = {}  # contents whose names were all passed over: why, and their age

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process reads contents with; none are named there."""
        kept = ("repository", "skipped", "left_out", "failures", "_prefix", "_limit")
        return {name: self.__dict__[name] for name in kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._objects = Objects(self.repository, PIECE)

    def blobs(self) -> Iterator[Blob]:
        """Name what there is to read; a walk that fails ends the naming, and the run with exit code 2."""
        try:
            yield from self._named()
        except SourceError as error:
            self._fail(error)

    def revisit(self) -> Iterator[Blob]:
        """Name contents once more by further names of theirs, and tell what was passed over."""
        try:
            yield from self._named_again()
        except SourceError as error:
            if not self._missing:  # else it is told here
                self._fail(error)
        self.left_out.update(why for why, _ in self._passed.values())
        if self._missing:
            count = len(set(self._missing))
            objects = f"{count:,} object{'s are' if count > 1 else ' is'}"
            self._skip(self._here("history"), f"{objects} {self._how_missing}")

    def replaced(self) -> Iterator[Blob]:
        """Name the contents that a change replaced."""
        for path, name in self._replaced:
            if blob := self._blob(path, name, Tracking.COMMITTED):
                yield blob

    def excludes_all(self) -> bool:
        """Say whether no file of the repository is left by what is excluded."""
        excluded = self._exclude
        return excluded is not None and all(excluded.match_file(self._prefix + path) for path in self._all_paths())

    def listed_paths(self) -> Collection[str]:
        """Name the files of a bare repository, by its HEAD."""
        return git.files_of_head(self.repository) if self.repository.bare else ()

    def read(self, blobs: Sequence[Blob]) -> Iterator[tuple[Blob, Iterable[bytes]]]:
        """Read contents, of commits and tags the message alone; all ids are asked for at once."""
        following = iter(blobs)
        try:
            for answer in self._objects.read([blob.id for blob in blobs]):
                if answer.kind != "cut":
                    blob = next(following)
                if pieces := self._taken(blob, answer):
                    yield blob, pieces
                elif answer.kind == "cut":
                    yield blob, ()
        except SourceError as error:
            self.failures.append(self._named_here(error))

    def release(self) -> None:
        """End git."""
        self._objects.close()

    def close(self, *, complete: bool) -> None:  # noqa: ARG002
        """End git."""
        self._objects.close()

    def _taken(self, blob: Blob, answer: Object) -> Iterator[bytes] | None:
        if answer.kind in {"missing", "damaged", "cut"}:
            self._skip(blob.path, self._why_unread(answer))
        elif answer.size > self._limit:
            self._skip(
                blob.path, f"{amount(answer.size)} is over the size limit of {amount(self._limit)} (--max-file-size)"
            )
        elif answer.kind == "blob" and answer.size <= lfs.LONGEST:
            return lfs.followed(answer.pieces, self.repository.store, size=PIECE, most=self._limit)
        elif answer.kind == "blob":
            return answer.pieces
        elif answer.kind in {"commit", "tag"}:
            return _message(answer.pieces)
        return None

    def _why_unread(self, answer: Object) -> str:
        if isinstance(answer.failure, BoundError):
            return "git needs more memory than it may take to unpack it"
        if answer.failure:
            self._fail(answer.failure)
            return "git was killed while it read it"
        if self._is_lacking(answer):
            return f"it is {_FETCHED}" if self._is_partial else f"its object {answer.id[:SHORT]} is {self._how_missing}"
        return f"its object {answer.id[:SHORT]} is damaged"

    def _is_lacking(self, answer: Object) -> bool:
        """Tell what is not here from what git cannot read: a damaged file of its own is called missing too."""
        if answer.kind == "missing":
            return not git.is_loose(self.repository, answer.id)
        return answer.kind == "damaged" and self._is_partial  # git ends when it may not fetch

    @cached_property
    def _is_partial(self) -> bool:
        return git.is_partial(self.repository)

    @property
    def _how_missing(self) -> str:
        """How objects are told that are not there: a clone that was made without some is whole, another is damaged."""
        return _FETCHED if self._is_partial else "missing: the repository is damaged"

    def _named(self) -> Iterator[Blob]:
        raise NotImplementedError

    def _named_again(self) -> Iterator[Blob]:
        return iter(())

    def _blob(self, path: str, name: str, tracking: Tracking, age: int = 0) -> Blob | None:
        """Make a blob of a path within the repository, unless it is passed over."""
        if self._below and not any(_lies_below(path, folder) for folder in self._below):
            return None
        if why := left_out(self._prefix + path, self._exclude, None if self._everything else self._listing, of=path):
            self._passed.setdefault(name, (why, age))
            return None
        self._passed.pop(name, None)
        return Blob(self._prefix + path, name, 0, tracking, age)

    def _name_modules(self, changes: Iterable[Change]) -> None:
        """Name the submodules whose commit a change sets, once each."""
        for path in dict.fromkeys(change.path for change in changes if change.module):
            if self._below and not any(_lies_below(path, folder) for folder in self._below):
                continue
            if not left_out(self._prefix + path, self._exclude, None, of=path):
                self._skip(self._prefix + path, _MODULE, is_chosen=True)

    def _listing(self) -> Listing:
        """Return what there is in the repository, as far as it can be evidence that a tool put something there."""
        if self._tree is None:
            self._tree = Listing(self._all_paths())
        return self._tree

    def _all_paths(self) -> Iterable[str]:
        raise NotImplementedError

    def _here(self, what: str) -> str:
        return f"<{what} of {self._prefix.rstrip('/')}>" if self._prefix else f"<{what}>"

    def _fail(self, error: SourceError) -> None:
        """Note what ended a walk: a repository that asks too much of git is read as far as that went."""
        if isinstance(error, BoundError):
            self._skip(self._here("history"), f"not all of it was read: git {error.bound}")
        else:
            self.failures.append(self._named_here(error))

    def _named_here(self, error: SourceError) -> SourceError:
        return SourceError(error.message, error.hint, what=self._prefix or ".")

    @cached_property
    def _ends(self) -> set[str]:
        """The commits at which a shallow clone ends."""
        return git.shallow_ends(self.repository) if self.repository.shallow else set()

    @cached_property
    def _refs(self) -> git.Refs:
        return git.refs(self.repository)

    @cached_property
    def _has_remotes(self) -> bool:
        """Whether the clone knows what a remote has: a mirror or a server's repository has branches alone."""
        return any(ref.name.startswith("refs/remotes/") for ref in self._refs.whole)

    def _skip(self, what: str, reason: str, *, is_chosen: bool = False) -> None:
        self.skipped.append(Skipped(what, reason, is_chosen=is_chosen))

    # Where findings come from

    def _traced(
        self, walk: Callable[[Collection[str]], Iterable[Commit]], held: Mapping[Blob, Mapping[int, int]], nowhere: str
    ) -> Traces:
        """Follow findings through the walk for their contents; one that no ref reaches is reached by `nowhere`."""
        try:
            return self._followed(walk, held, nowhere)
        except SourceError as error:  # the findings stand without it
            if not self._missing:  # else it was told already
                self._fail(error)
            return {}

    def _followed(
        self, walk: Callable[[Collection[str]], Iterable[Commit]], held: Mapping[Blob, Mapping[int, int]], nowhere: str
    ) -> Traces:
        known: dict[str, dict[int, int]] = {}
        wanted: dict[int, int] = {}
        for blob, findings in held.items():
            of_content = known.setdefault(blob.id if _is_id(blob.id) else self._id_of(blob), {})
            for finding, parts in findings.items():
                of_content[finding] = of_content.get(finding, 0) | parts
                wanted[finding] = wanted.get(finding, 0) | parts
        known.pop("", None)
        told = provenance.trace(walk(known), known, wanted, self._refs.whole, git.head(self.repository))
        steps = {step.commit for one in told.values() for step in (*one.brought, one.removed) if step}
        facts = self._facts(sorted(steps))
        return {finding: self._history(one, facts, nowhere) for finding, one in told.items() if one.commits or one.refs}

    def _history(
        self, told: provenance.Trace, facts: Mapping[str, tuple[str, str]], nowhere: str
    ) -> tuple[History, tuple[Origin, ...]]:
        def origin(step: provenance.Step) -> Origin:
            path = step.path if step.path.startswith("<") else self._prefix + step.path
            return Origin(path, Tracking.COMMITTED.value, step.commit, *facts.get(step.commit, (None, None)))

        brought = tuple(origin(step) for step in told.brought)
        history = History(
            introduced=brought[0] if brought else None,
            removed=origin(told.removed) if told.removed else None,
            in_head=told.in_head,
            refs=tuple(told.refs) or (nowhere,),
            commits=told.commits,
            paths=len(told.paths),
            apart=told.commits > 0 and not told.together,
            at_latest=bool(told.brought) and told.brought[0].commit in self._ends,
            unpushed=self._has_remotes and bool(told.refs) and all(map(_is_own, told.refs)),
        )
        return history, brought

    def _facts(self, commits: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Read who made commits and when, from the commits themselves: names may hold anything but these bounds."""
        facts: dict[str, tuple[str, str]] = {}
        for answer in self._objects.read(commits):
            head = b"".join(answer.pieces).partition(b"\n\n")[0]
            if found := re.search(rb"(?m)^author (.*?) ?<.*> (-?\d{1,12}) ([+-])(\d\d)(\d\d)$", head):
                facts[answer.id] = found[1].decode("utf-8", "replace"), _date(*found.groups()[1:])
        self._objects.close()
        return facts

    def _id_of(self, blob: Blob) -> str:
        """Work out under which id git would know a file of the work tree; '' when it cannot be read."""
        import hashlib

        try:
            with open(blob.id, "rb") as file:  # noqa: PTH123
                data = file.read(self._limit + 1)
        except OSError:
            return ""
        digest = hashlib.new(self.repository.algorithm, usedforsecurity=False)
        digest.update(b"blob %d\0" % len(data))
        digest.update(data)
        return digest.hexdigest()


class Commits(Protocol):
    """What a range is made of; see `RangeSource`."""

    @property
    def include(self) -> Sequence[str]:
        """The commits that it ends with; none: it holds nothing."""

    @property
    def without(self) -> Sequence[str]:
        """The commits behind which it begins, or options of git that name them."""

    @property
    def tags(self) -> Mapping[str, str]:
        """The names of annotated tags that come with it, by their ids."""


class RangeSource(GitSource):
    """What the commits of a range added: those that `include` reaches and `without` does not.

    Of a merge, what none of its parents had.
    """

    is_change = True

    def __init__(self, repository: Repository, commits: Commits, **options: Any) -> None:
        super().__init__(repository, **options)
        self._range = [*commits.include, "--not", *commits.without] if commits.include else []
        self._tags = commits.tags

    def _named(self) -> Iterator[Blob]:
        walk = list(self._walk("combined"))
        self.commits = len(walk)
        self.touched = {self._prefix + change.path for commit in walk for change in commit.changes}
        if not self._ends.isdisjoint(one.id for one in walk):
            self._skip(self._here("history"), SHALLOW)
        self._name_modules(change for commit in walk for change in commit.changes)
        added = {(change.path, change.new) for commit in walk for change in commit.changes}
        replaced = ((change.path, change.old) for commit in walk for change in commit.changes if change.old)
        self._replaced = dict.fromkeys(pair for pair in replaced if pair not in added)
        named: dict[str, list[str]] = {}
        # What HEAD has is to be shown on its line: a report may be an annotation of it.
        here = git.files_of_head(self.repository) if not self.repository.bare else {}
        for age, commit in enumerate(reversed(walk)):
            for change in commit.changes:
                path = (note_on(change.path) if change.path not in here else None) or change.path
                if not change.new or self._is_said(self._prefix + path, named.get(change.new, ())):
                    continue
                tracking = Tracking.TRACKED if here.get(change.path) == change.new else Tracking.COMMITTED
                if blob := self._blob(path, change.new, tracking, age):
                    named.setdefault(change.new, []).append(blob.path)
                    yield blob
            yield Blob(f"{self._prefix}<commit {commit.id[:SHORT]}>", commit.id, 0, Tracking.COMMITTED, age)
        for name, tag in self._tags.items():
            yield Blob(f"{self._prefix}<tag {tag}>", name, 0, Tracking.COMMITTED)

    def _all_paths(self) -> Iterable[str]:
        return (*git.files_of_head(self.repository), *(path.removeprefix(self._prefix) for path in self.touched))

    def _is_said(self, path: str, others: Sequence[str]) -> bool:
        """Say whether a path says nothing that other paths of the same content do not; most contents have one."""
        return bool(others) and (path in others or self._paths.kind(path) in map(self._paths.kind, others))

    def history_of(self, held: Mapping[Blob, Mapping[int, int]]) -> Traces:
        """Follow findings through the commits of the range alone."""
        return self._traced(lambda contents: self._walk("first-parent", contents), held, "no ref")

    def _walk(self, merges: str, only: Collection[str] = ()) -> Iterator[Commit]:
        # Without a commit to begin at git would begin at HEAD.
        return walks.commits(self.repository, self._range, merges=merges, only=only) if self._range else iter(())


class StagedSource(GitSource):
    """The contents of the index that differ from HEAD: exactly what a commit made now would add."""

    is_change = True

    def _named(self) -> Iterator[Blob]:
        changes = git.staged(self.repository)
        self._name_modules(changes)
        self.touched = {self._prefix + change.path for change in changes}
        for change in changes:
            if change.old:
                self._replaced[change.path, change.old] = None
            if change.new and (blob := self._blob(change.path, change.new, Tracking.STAGED)):
                yield blob

    def _all_paths(self) -> Iterable[str]:
        return (path for path, _ in git.index_entries(self.repository))


class NamedSource(GitSource):
    """Contents that are named already, under the paths that a report gave them."""

    def __init__(self, repository: Repository, blobs: Iterable[Blob], **options: Any) -> None:
        super().__init__(repository, **options)
        self._blobs = blobs

    def _named(self) -> Iterator[Blob]:
        yield from self._blobs


def _lies_below(path: str, folder: str) -> bool:
    """Say whether a path is or lies below a folder; git's walk of objects ends a name at its first line end."""
    return f"{path}/".startswith(f"{folder}/") or ("\n" in folder and path == folder.partition("\n")[0])


def note_on(path: str) -> str | None:
    """Name what lies in a tree of notes; None for any other path."""
    return f"<note on {path.replace('/', '')[:SHORT]}>" if _NOTE.fullmatch(path) else None


def _message(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Cut off what stands before the message of a commit or a tag: ids, names, and signatures in base64."""
    before = b""
    for piece in pieces:
        before += piece
        _, end, rest = before.partition(b"\n\n")
        if end:
            yield rest
            yield from pieces
            return
    yield b""


def _is_own(ref: str) -> bool:
    """Say whether a ref is one that work in this clone makes; a job's HEAD stands on none, at what was pushed."""
    return ref.startswith("refs/heads/") or ref == "refs/stash"


def _is_id(name: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name) is not None


def _date(seconds: bytes, sign: bytes, hours: bytes, minutes: bytes) -> str:
    """Write a commit's time as ISO 8601 in its own time zone; one that no calendar has is left out."""
    from datetime import datetime, timedelta, timezone

    ahead = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == b"-" else 1)
    try:
        return datetime.fromtimestamp(int(seconds), timezone(ahead)).isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
