"""What git holds: the history of a repository, the commits of a range, and what is staged.

    HistorySource  every content that refs, reflogs and the index reach, or every one there is; each once
    RangeSource    what the commits of a range added
    StagedSource   what a commit made now would hold

Commit and tag messages are texts too. Nothing is fetched: what a partial clone lacks is noted as missing.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from keyguard import provenance
from keyguard.errors import SourceError
from keyguard.model import Blob, History, Origin, Skipped, Tracking
from keyguard.plumbing import repository as git
from keyguard.plumbing.objects import Objects
from keyguard.sources import PIECE, Source
from keyguard.sources.names import amount, left_out, patterns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from keyguard.plumbing.objects import Object
    from keyguard.plumbing.repository import Commit, Ref, Repository
    from keyguard.sources import Memory, Traces

_ASKED = 512  # ids that the memory is asked for at once
_NOTE = re.compile(r"(?:[0-9a-f]{2}/)*[0-9a-f]{10,}")  # how a notes tree names what a note is on
_SHORT = 10
_SHALLOW = "this clone is shallow: what came before its oldest commits is not in it"
_LACKING = "it is not in this clone, and nothing is fetched"
_OLD = 1 << 40  # the age of what was remembered, behind all that is new
_MOST_PATHS = 500  # that are looked up for the next scan; behind that it walks the whole history once more


class GitSource(Source):
    """What the three have in common: which contents are passed over, and how they are read."""

    def __init__(
        self,
        repository: Repository,
        *,
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
        self._below = below  # paths relative to the top of the repository; none: all of it
        self._prefix = prefix  # of the repository's paths below the scan's root; '' or ending in '/'
        self._everything = everything
        self._exclude = patterns(exclude) if exclude else None
        self._limit = max_file_size
        self._objects = Objects(repository, PIECE)
        self._missing: list[str] = []
        self._passed: dict[str, tuple[str, int]] = {}  # contents whose names were all passed over: why, and their age

    def blobs(self) -> Iterator[Blob]:
        """Name what there is to read; a walk that fails ends the naming, and the run with exit code 2."""
        try:
            yield from self._named()
        except SourceError as error:
            self.failures.append(error)
        self.left_out.update(why for why, _ in self._passed.values())
        if self._missing:
            count = len(set(self._missing))
            objects = f"{count:,} object{'s are' if count > 1 else ' is'}"
            self._skip(self._here("history"), f"{objects} not in this clone, and nothing is fetched")

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
            self.failures.append(error)

    def close(self, *, complete: bool) -> None:  # noqa: ARG002
        """End git."""
        self._objects.close()

    def _taken(self, blob: Blob, answer: Object) -> Iterator[bytes] | None:
        if answer.kind in {"missing", "damaged", "cut"}:
            self._skip(blob.path, _LACKING if self._is_lacking(answer) else f"its object {blob.id[:_SHORT]} is damaged")
        elif answer.size > self._limit:
            self._skip(
                blob.path, f"{amount(answer.size)} is over the size limit of {amount(self._limit)} (--max-file-size)"
            )
        elif answer.kind == "blob":
            return answer.pieces
        elif answer.kind in {"commit", "tag"}:
            return _message(answer.pieces)
        return None

    def _is_lacking(self, answer: Object) -> bool:
        """Tell what is not here from what git cannot read: a damaged file of its own is called missing too."""
        if answer.kind == "missing":
            return not git.is_loose(self.repository, answer.id)
        return answer.kind == "damaged" and git.is_partial(self.repository)  # git ends when it may not fetch

    def _named(self) -> Iterator[Blob]:
        raise NotImplementedError

    def _blob(self, path: str, name: str, tracking: Tracking, age: int = 0) -> Blob | None:
        """Make a blob of a path within the repository, unless it is passed over by name."""
        if self._below and not any(_lies_below(path, folder) for folder in self._below):
            return None
        path = self._prefix + path
        if why := left_out(path, self._exclude, everything=self._everything):
            self._passed.setdefault(name, (why, age))
            return None
        self._passed.pop(name, None)
        return Blob(path, name, 0, tracking, age)

    def _here(self, what: str) -> str:
        return f"<{what} of {self._prefix.rstrip('/')}>" if self._prefix else f"<{what}>"

    def _skip(self, what: str, reason: str) -> None:
        self.skipped.append(Skipped(what, reason))

    # Where findings come from

    def _traced(self, walk: Iterable[Commit], held: Mapping[Blob, Mapping[int, int]], nowhere: str) -> Traces:
        """Follow findings through a walk; one that no ref reaches is said to be reached by `nowhere`."""
        try:
            return self._followed(walk, held, nowhere)
        except SourceError as error:  # the findings stand without it
            if not self._missing:  # else it was told already
                self.failures.append(error)
            return {}

    def _followed(self, walk: Iterable[Commit], held: Mapping[Blob, Mapping[int, int]], nowhere: str) -> Traces:
        names = {blob.id if _is_id(blob.id) else self._id_of(blob): findings for blob, findings in held.items()}
        wanted: dict[int, int] = {}
        for findings in held.values():
            for finding, parts in findings.items():
                wanted[finding] = wanted.get(finding, 0) | parts
        known = {name: findings for name, findings in names.items() if name}
        told = provenance.trace(walk, known, wanted, git.refs(self.repository), git.head(self.repository))
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


class HistorySource(GitSource):
    """The whole history, or what of it lies below some paths."""

    def __init__(
        self,
        repository: Repository,
        *,
        unreachable: bool = False,
        memory: Memory | None = None,
        **options: Any,
    ) -> None:
        super().__init__(repository, **options)
        self._unreachable = unreachable
        self._memory = memory
        self._tips: list[str] = []
        self._dangling: list[str] = []
        self._open: list[Blob] = []

    def _named(self) -> Iterator[Blob]:
        if self.repository.shallow:
            self._skip(self._here("history"), _SHALLOW)
        self._tips = git.tips(self.repository)
        yield from self._unknown(self._everything_there_is() if self._unreachable else self._reached())

    def _reached(self) -> Iterator[Blob]:
        """Walk from everything that names a commit; behind what was read before, only where there was something."""
        before = self._open_before()
        if before is None or self._memory is None:
            yield from self._contents([*git.EVERYTHING, "--indexed-objects"], [])
            yield from self._under_other_names([])
            yield from self._messages(self._counted(git.commit_ids(self.repository, git.EVERYTHING, (), self._below)))
            return
        self._missing += self._memory.missing()
        known = [f"^{name}" for name in self._memory.walked()]
        met = {blob.id for blob in before}
        for blob in self._contents([*git.EVERYTHING, "--indexed-objects"], known):
            if blob.id not in met:  # a revert brings a content again
                met.add(blob.id)
                yield blob
        yield from self._under_other_names(known, met)
        yield from self._messages(git.commit_ids(self.repository, git.EVERYTHING, known))
        yield from before
        self.commits = git.count_commits(self.repository)

    def _open_before(self) -> list[Blob] | None:
        """Return the blobs with something in them behind what was read before; None when all has to be walked again.

        That is when nothing is remembered, when one of them is not reached any more, when what was missing has come,
        and when a new commit brings one of them to another path: it is judged under the newest.
        """
        memory = self._memory
        if memory is None or self._below or not memory.walked() or git.present(self.repository, memory.missing()):
            return None
        bringers = memory.open()
        commits = sorted(set(bringers.values()))
        if "" in commits or git.unreached(self.repository, commits):
            return None
        new = git.commits(
            self.repository, git.EVERYTHING, merges="first-parent", lines=[f"^{c}" for c in memory.walked()]
        )
        if bringers and any(change.new in bringers for commit in new for change in commit.changes):
            return None
        paths: dict[str, list[str]] = {}
        for commit in git.these(self.repository, commits):
            for change in commit.changes:
                if bringers.get(change.new) == commit.id:
                    paths.setdefault(change.new, []).append(change.path)
        blobs = [
            self._message_of(name) if name == bringer else self._only(paths.get(name, []), name)
            for name, bringer in bringers.items()
        ]
        found = [replace(blob, age=_OLD + age) for age, blob in enumerate(blobs) if blob]
        return found if len(found) == len(blobs) else None

    def _only(self, paths: Sequence[str], name: str) -> Blob | None:
        return self._blob(paths[0], name, Tracking.COMMITTED) if len(paths) == 1 else None

    def _message_of(self, commit: str, age: int = 0) -> Blob:
        return Blob(f"{self._prefix}<commit {commit[:_SHORT]}>", commit, 0, Tracking.COMMITTED, age)

    def _everything_there_is(self) -> Iterator[Blob]:
        """Name the objects of the store; those that nothing reaches have a path where a dangling commit gives one."""
        reached = set(git.commit_ids(self.repository, git.EVERYTHING))
        left: dict[str, str] = {}
        for name, kind in git.all_objects(self.repository):
            if kind == "commit" and name not in reached:
                self._dangling.append(name)
            elif kind in {"blob", "tag"}:
                left[name] = kind
        try:
            for blob in self._walked_with_dangling():
                left.pop(blob.id, None)
                yield blob
        except SourceError as error:  # what it did not come to is named below
            self.failures.append(error)
        if not self._below:  # nobody knows where the rest would lie
            for name in sorted(left.keys() - self._passed.keys(), key=lambda name: (left[name], name)):
                yield Blob(f"{self._prefix}<{left[name]} {name[:_SHORT]}>", name, 0, Tracking.COMMITTED)

    def _walked_with_dangling(self) -> Iterator[Blob]:
        yield from self._contents([*git.EVERYTHING, "--indexed-objects"], self._dangling)
        yield from self._under_other_names(self._dangling)
        commits = git.commit_ids(self.repository, git.EVERYTHING, self._dangling, self._below)
        yield from self._messages(self._counted(commits))

    def _contents(self, revisions: Sequence[str], lines: Sequence[str]) -> Iterator[Blob]:
        refs = (ref for ref in git.refs(self.repository) if ref.kind in {"tag", "blob"})
        tagged = {name: ref for ref in refs for name in (ref.id, *ref.inner)}
        for age, content in enumerate(git.contents(self.repository, revisions, lines, self._below)):
            if isinstance(content, str):
                self._missing.append(content)
            elif path := _path_of(content, tagged):
                if self._below:
                    continue  # it lies below no path
                yield Blob(self._prefix + path, content.id, 0, Tracking.COMMITTED, age)
            elif content.path and (blob := self._blob(content.path, content.id, Tracking.COMMITTED, age)):
                yield blob

    def _under_other_names(self, lines: Sequence[str], met: Collection[str] | None = None) -> Iterator[Blob]:
        """Name what the walk, which tells each content once, met under a name by which it is passed over.

        Behind `lines` of what was read before it tells no old content at all, though a new commit may have copied one
        to where it is to be read; `met` is what it did tell.
        """
        if not self._passed and met is None:
            return
        for commit in git.commits(self.repository, git.EVERYTHING, merges="first-parent", lines=lines):
            for change in commit.changes:
                passed = self._passed.get(change.new)
                if passed or (met is not None and change.new and change.new not in met):
                    blob = self._blob(change.path, change.new, Tracking.COMMITTED, passed[1] if passed else 0)
                    if blob:
                        yield blob

    def _messages(self, commits: Iterable[str]) -> Iterator[Blob]:
        for age, name in enumerate(commits):
            yield self._message_of(name, age)

    def _counted(self, commits: Iterable[str]) -> Iterator[str]:
        for name in commits:
            self.commits += 1
            yield name

    def _unknown(self, blobs: Iterator[Blob]) -> Iterator[Blob]:
        """Leave out what is known to be clean."""
        if self._memory is None:
            yield from blobs
            return
        while some := list(islice(blobs, _ASKED)):
            clean = self._memory.clean([blob.id for blob in some])
            yield from (blob for blob in some if blob.id not in clean)

    def settle(self, clean: Iterable[Blob], open_: Iterable[Blob]) -> None:
        """Remember the ids of the clean ones at once, so that a scan that is ended early was not in vain."""
        self._open += open_
        if self._memory is not None:
            self._memory.add([blob.id for blob in clean])

    def close(self, *, complete: bool) -> None:
        """Remember that the whole history was read, when it was, and whence what there was something in came."""
        super().close(complete=complete)
        if self._memory is not None and complete and not (self._below or self.failures or self.repository.shallow):
            with suppress(SourceError):
                self._memory.finish(self._tips, self._bringers(), self._missing)

    def _bringers(self) -> dict[str, str]:
        """Find a commit that brought each of the open blobs to its path; '' for what has none, or of too many paths.

        Tags are named by every walk.
        """
        blobs = [blob for blob in sorted(self._open, key=lambda blob: blob.age) if "<tag " not in blob.path]
        found = {blob.id: blob.id if blob.path.endswith(f"<commit {blob.id[:_SHORT]}>") else "" for blob in blobs}
        wanted = {(blob.id, blob.path.removeprefix(self._prefix)) for blob in blobs if not found[blob.id]}
        paths = {path for _, path in wanted}
        if not wanted or len(paths) > _MOST_PATHS:
            return found
        for commit in git.commits(self.repository, git.EVERYTHING, merges="first-parent", below=sorted(paths)):
            found.update((change.new, commit.id) for change in commit.changes if (change.new, change.path) in wanted)
        return found

    def trace(self, held: Mapping[Blob, Mapping[int, int]]) -> Traces:
        """Follow findings through all commits; what no commit holds lies in the index."""
        walk = git.commits(self.repository, git.EVERYTHING, merges="first-parent", lines=self._dangling)
        traces = self._traced(walk, held, "no ref" if self._unreachable else "reflog")
        left = [blob for blob in held if blob.is_past and not traces.keys() >= held[blob].keys()]
        indexed = git.indexed(self.repository) if left else {}
        for blob in left:
            if blob.id in indexed:
                staged = Origin(blob.path, Tracking.STAGED.value)
                for finding in held[blob]:
                    traces.setdefault(finding, (History(refs=("index",), paths=1), (staged,)))
        return traces


class RangeSource(GitSource):
    """What the commits of a range added: those that `include` reaches and `without` does not.

    Of a merge, what none of its parents had. `tags` are annotated tags that come with the range, by their ids.
    """

    def __init__(
        self,
        repository: Repository,
        include: Sequence[str],
        without: Sequence[str],
        *,
        tags: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(repository, **options)
        self._range = [*include, "--not", *without]
        self._tags = tags or {}

    def _named(self) -> Iterator[Blob]:
        walk = list(git.commits(self.repository, self._range, merges="combined"))
        self.commits = len(walk)
        if self.repository.shallow and not git.shallow_ends(self.repository).isdisjoint(one.id for one in walk):
            self._skip(self._here("history"), _SHALLOW)
        seen: set[str] = set()
        # What HEAD has is to be shown on its line: a report may be an annotation of it.
        here = git.files_of_head(self.repository) if not self.repository.bare else {}
        for age, commit in enumerate(reversed(walk)):
            for change in commit.changes:
                new = change.new if change.new not in seen else ""
                tracking = Tracking.TRACKED if here.get(change.path) == new else Tracking.COMMITTED
                path = _note_on(change.path) if change.path not in here else None
                if new and (blob := self._blob(path or change.path, new, tracking, age)):
                    seen.add(new)
                    yield blob
            yield Blob(f"{self._prefix}<commit {commit.id[:_SHORT]}>", commit.id, 0, Tracking.COMMITTED, age)
        for name, tag in self._tags.items():
            yield Blob(f"{self._prefix}<tag {tag}>", name, 0, Tracking.COMMITTED)

    def trace(self, held: Mapping[Blob, Mapping[int, int]]) -> Traces:
        """Follow findings through the commits of the range alone."""
        walk = git.commits(self.repository, self._range, merges="first-parent")
        return self._traced(walk, held, "no ref")


class StagedSource(GitSource):
    """The contents of the index that differ from HEAD: exactly what a commit made now would add."""

    def _named(self) -> Iterator[Blob]:
        for change in git.staged(self.repository):
            if change.new and (blob := self._blob(change.path, change.new, Tracking.STAGED)):
                yield blob


def _lies_below(path: str, folder: str) -> bool:
    """Say whether a path is or lies below a folder; git's walk of objects ends a name at its first line end."""
    return f"{path}/".startswith(f"{folder}/") or ("\n" in folder and path == folder.partition("\n")[0])


def _path_of(content: git.Content, refs: Mapping[str, Ref]) -> str | None:
    """Name what stands in no tree: a note, a tag, or a blob that a ref points at; None for a file and a commit."""
    if ref := refs.get(content.id):
        name = ref.name.removeprefix("refs/").removeprefix("tags/")
        if content.id != ref.id:
            name = content.path or f"{name}, inner"
        return f"<{ref.kind} {name}>"
    return _note_on(content.path)


def _note_on(path: str) -> str | None:
    """Name what lies in a tree of notes; None for any other path."""
    return f"<note on {path.replace('/', '')[:_SHORT]}>" if _NOTE.fullmatch(path) else None


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
