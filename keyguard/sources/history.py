"""The whole history of a repository: every content that refs, reflogs and the index reach, or every one there is.

    walk of objects -> each content once, under one name ------------------> read
    walk of commits -> what lies under further names that say something else -> read again

The first is git's cheapest, tells each content under its newest name, and ends a name at its first line end. The second
knows all names; it runs beside the reading, and is asked when it is known in which contents there was something.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from keyguard.errors import SourceError
from keyguard.git import repository as git
from keyguard.git import walks
from keyguard.git.failures import BoundError
from keyguard.model import REFLOG, Blob, History, Origin, Tracking
from keyguard.sources.git import SHALLOW, SHORT, GitSource, note_on
from keyguard.sources.made import may_be_made

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence

    from keyguard.git.model import Commit, Content, Ref, Repository
    from keyguard.sources import Memory, Traces
    from keyguard.sources.paths import Paths

_ASKED = 512  # ids that the memory is asked for at once
_OFTEN = 64  # contents after which what git has named meanwhile is taken
_OLD = 1 << 40  # the age of what was remembered, behind all that is new
_MOST_PATHS = 16  # at which a trace looks alone: each costs git a tenth of what it costs to look at all
_MOST_KINDS = 100  # of names of one content that are told apart, waived and other ones each


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
        self._since: list[str] = []  # what was walked before, as '^<id>', or further commits to begin at
        self._names: walks.Names | None = None
        self._clean = 0  # contents of this run in which there was nothing
        self._is_whole = True  # whether all of the history is walked
        self._met: set[str] | None = None  # the contents that were named, where others were read before
        self._spoken: dict[str, Blob] = {}  # the first name by which a content spoke of a provider
        self._misnamed: set[Blob] = set()

    def _named(self) -> Iterator[Blob]:
        self.refs = len(self._refs.whole)
        if self.repository.shallow:
            self._skip(self._here("history"), SHALLOW, is_chosen=True)
        for name, reason in self._refs.broken.items():
            self._skip(f"<ref {name}>", f"{reason}: what only it leads to was not read")
        if self._refs.is_damaged:
            self._skip("<reflogs>", "a damaged object is among those that they name")
        self._tips = walks.tips(self.repository, self._refs.revisions)
        try:
            yield from self._unknown(self._everything_there_is() if self._unreachable else self._reached())
        except SourceError as error:
            self._fail(error)
            if not (self._unreachable or self._below):
                yield from self._nameless()
        if not self._tips and git.has_objects(self.repository):
            self._skip(self._here("history"), "no ref leads to a commit, though there are objects (--unreachable)")

    def _reached(self) -> Iterator[Blob]:
        """Walk from everything that names a commit; behind what was read before, only where there was something."""
        before = self._open_before()
        if before is None or self._memory is None:
            self._since = []
            self._begin()
            yield from self._contents()
            yield from self._messages(self._counted(self._commits()))
            return
        self._is_whole = False
        self.known = self._memory.contents()
        self._missing += self._memory.missing()
        self._met = met = {blob.id for blob in before}
        for blob in self._contents():
            if blob.id not in met:  # a revert brings a content again
                met.add(blob.id)
                yield blob
        yield from self._messages(self._commits())
        yield from before
        self.commits = walks.count_commits(self.repository, self._refs.revisions)

    def _nameless(self) -> Iterator[Blob]:
        """Name all contents that there are, since no walk can tell which of them are reached, and where they lay."""
        for name, kind in walks.all_objects(self.repository):
            if kind in {"blob", "tag", "commit"}:
                yield Blob(f"{self._prefix}<{kind} {name[:SHORT]}>", name, 0, Tracking.COMMITTED, _OLD)

    def _begin(self) -> None:
        """Start to walk to all names, behind `_since` or all there are."""
        if self._names is not None:
            self._names.close()
        self._tree = None
        self._names = walks.Names(self.repository, self._refs.revisions, self._since, self._below)

    def _commits(self) -> Iterator[str]:
        """Name the commits that are walked, the newest first."""
        assert self._names is not None  # noqa: S101 - it was begun
        self._names.finish()
        if self._names.failure is None:
            return self._names.commits()
        return walks.commit_ids(self.repository, self._refs.revisions, self._since, self._below)

    def _open_before(self) -> list[Blob] | None:
        """Return the blobs with something in them behind what was read before; None when all has to be walked again.

        That is when nothing but messages is remembered, when one of them is not reached any more, when what was missing
        has come, and when a new commit brings one of them to another path: it is judged under the newest.
        """
        memory = self._memory
        if memory is None or self._below or not memory.contents() or walks.present(self.repository, memory.missing()):
            return None
        bringers = memory.open()
        commits = sorted(set(bringers.values()))
        if "" in commits or walks.unreached(self.repository, commits, self._refs.revisions):
            return None
        self._since = [f"^{name}" for name in memory.walked()]
        self._begin()
        if bringers and self._brings({bytes.fromhex(name) for name in bringers}):
            return None
        paths: dict[str, list[str]] = {}
        for commit in walks.these(self.repository, commits):
            for change in commit.changes:
                if bringers.get(change.new) == commit.id:
                    paths.setdefault(change.new, []).append(change.path)
        blobs = [
            self._message_of(name) if name == bringer else self._only(paths.get(name, []), name)
            for name, bringer in bringers.items()
        ]
        found = [replace(blob, age=_OLD + age) for age, blob in enumerate(blobs) if blob]
        return found if len(found) == len(blobs) else None

    def _brings(self, contents: Collection[bytes]) -> bool:
        """Say whether a commit that was begun with brings one of these contents, or cannot be read."""
        assert self._names is not None  # noqa: S101 - it was begun
        self._names.finish()
        return self._names.failure is not None or any(name in contents for name, _ in self._names.pairs())

    def _only(self, paths: Sequence[str], name: str) -> Blob | None:
        return self._blob(paths[0], name, Tracking.COMMITTED) if len(paths) == 1 else None

    def _message_of(self, commit: str, age: int = 0) -> Blob:
        return Blob(f"{self._prefix}<commit {commit[:SHORT]}>", commit, 0, Tracking.COMMITTED, age)

    def _everything_there_is(self) -> Iterator[Blob]:
        """Name the objects of the store; those that nothing reaches have a path where a dangling commit gives one."""
        reached = set(walks.commit_ids(self.repository, self._refs.revisions))
        left: dict[str, str] = {}
        for name, kind in walks.all_objects(self.repository):
            if kind == "commit" and name not in reached:
                self._dangling.append(name)
            elif kind in {"blob", "tag"}:
                left[name] = kind
        try:
            for blob in self._walked_with_dangling():
                left.pop(blob.id, None)
                yield blob
        except SourceError as error:  # what it did not come to is named below
            self._fail(error)
        if not self._below:  # nobody knows where the rest would lie
            for name in sorted(left.keys() - self._passed.keys(), key=lambda name: (left[name], name)):
                yield Blob(f"{self._prefix}<{left[name]} {name[:SHORT]}>", name, 0, Tracking.COMMITTED)

    def _walked_with_dangling(self) -> Iterator[Blob]:
        self._since = self._dangling
        self._begin()
        yield from self._contents()
        yield from self._messages(self._counted(self._commits()))

    def _contents(self) -> Iterator[Blob]:
        refs = (ref for ref in self._refs.whole if ref.kind in {"tag", "blob"})
        tagged = {name: ref for ref in refs for name in (ref.id, *ref.inner)}
        later: list[tuple[str, str, int]] = []
        for age, content in enumerate(self._walked()):
            if self._names is not None and age % _OFTEN == 0:
                self._names.take()
            if isinstance(content, str):
                self._missing.append(content)
            elif path := _path_of(content, tagged):
                if self._below:
                    continue  # it lies below no path
                yield Blob(self._prefix + path, content.id, 0, Tracking.COMMITTED, age)
            elif content.path and not self._everything and may_be_made(content.path):
                later.append((content.path, content.id, age))  # what says so may be named after it
            elif content.path and (blob := self._file(content.path, content.id, age)):
                yield blob
        yield from filter(None, (self._file(*one) for one in later))

    def _walked(self) -> Iterator[Content | str]:
        """Walk to all contents; git reads the indexes before anything else, and a damaged one ends that at once."""
        try:
            revisions = [*self._refs.revisions, "--indexed-objects"]
            yield from walks.contents(self.repository, revisions, self._since, self._below)
        except SourceError:
            if self._index_is_whole:
                raise
            yield from walks.contents(self.repository, self._refs.revisions, self._since, self._below)

    @cached_property
    def _index_is_whole(self) -> bool:
        """Whether git can read the indexes of all work trees; that it cannot is noted."""
        try:
            walks.check_indexes(self.repository)
        except SourceError as error:
            self._fail(error)
            return False
        return True

    def _indexed(self) -> Iterator[tuple[str, str]]:
        """Name the files of the index, each with the id of its content; none where the index is damaged."""
        try:
            yield from git.index_entries(self.repository)
        except SourceError:
            if self._index_is_whole:
                raise

    def _file(self, path: str, name: str, age: int) -> Blob | None:
        blob = self._blob(path, name, Tracking.COMMITTED, age)
        if blob and self._paths.speaks(blob.path):
            self._spoken[blob.id] = blob
        return blob

    def _all_paths(self) -> Iterable[str]:
        """Name all that ever lay anywhere; behind what was read before, what lies there now."""
        if self._names is not None:
            self._names.finish()
            yield from self._names.paths
        if not self._is_whole or self._names is None or self._names.failure:
            yield from git.files_of_head(self.repository)

    # Further names

    def _named_again(self) -> Iterator[Blob]:
        """Name contents by further names that say something else, of those that may tell something under them.

        These are the ones in which there was something, those that were passed over, and those that a new commit
        copied from what was read before; and all whose further name speaks of a provider.
        """
        names = _Names(self._paths, [*self._open, *self._spoken.values()])
        opened, passed = {blob.id for blob in self._open}, dict(self._passed)
        for path, content in self._telling_names(opened | passed.keys()):
            is_open = content in opened
            if is_open:
                names.meet(content, self._prefix + path)
            age = passed[content][1] if content in passed else names.age(content)
            blob = self._blob(note_on(path) or path, content, Tracking.COMMITTED, age)
            if blob is None and content not in passed:
                self._passed.pop(content, None)
            elif blob and names.add(blob) and (is_open or not self._is_clean(blob)):
                yield blob
        self._misnamed = {blob for blob in self._open if names.is_cut(blob)}

    def _telling_names(self, contents: Collection[str]) -> Iterator[tuple[str, str]]:
        """Name what these contents, and those that were not met, are or were called; and all that speaks of a provider.

        Nearly all names are passed over here, so the loop knows contents as bytes, and asks once of each path.
        """
        wanted = {bytes.fromhex(name) for name in contents}
        met = None if self._met is None else {bytes.fromhex(name) for name in self._met}
        if names := self._names:
            names.finish()
            speaks = list(map(self._paths.speaks, names.paths))
            for content, number in names.pairs():
                if speaks[number] or content in wanted or (met is not None and content not in met):
                    yield names.paths[number], content.hex()
        for path, name in self._indexed():
            content = bytes.fromhex(name)
            if content in wanted or (met is not None and content not in met) or self._paths.speaks(path):
                yield path, name
        if names and names.failure:
            if isinstance(names.failure, BoundError):
                raise names.failure
            self._missing += walks.missing_folders(self.repository, self._refs.revisions, self._since, self._below)
            raise names.failure

    def superseded(self, blob: Blob) -> bool:
        """Say whether a blob was named by the walk of objects, which ends a name at its first line end."""
        return blob in self._misnamed

    def _is_clean(self, blob: Blob) -> bool:
        return self._memory is not None and bool(self._memory.clean([self._key(blob)]))

    def _key(self, blob: Blob) -> str:
        """Return by what a clean content is remembered: what is so under one name may tell something under another."""
        if self._memory is not None and self._memory.is_shared:
            return blob.id + hashlib.sha256(blob.path.encode("utf-8", "surrogateescape")).hexdigest()
        return f"{blob.id}01" if self._paths.speaks(blob.path) else blob.id

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
            clean = self._memory.clean([self._key(blob) for blob in some])
            for blob in some:
                if self._key(blob) not in clean:
                    yield blob
                elif self._is_whole and not blob.is_message:  # else the index names again what is counted already
                    self.known += 1

    def record(self, clean: Iterable[Blob], open_: Iterable[Blob]) -> None:
        """Remember the ids of the clean ones at once, so that a scan that is ended early was not in vain."""
        read, found = [*clean], [*open_]
        self._clean += sum(not blob.is_message for blob in read)
        self._open += found
        if self._memory is not None:
            self._memory.add([self._key(blob) for blob in read])

    def close(self, *, complete: bool) -> None:
        """Remember that the whole history was read, when it was, and whence what there was something in came."""
        super().close(complete=complete)
        if self._names is not None:
            self._names.close()
        if self._memory is not None and complete and not (self._below or self.failures or self.repository.shallow):
            with suppress(SourceError):
                self._memory.finish(self._tips, self._bringers(), self._missing, self.known + self._clean)
        if self._memory is not None:
            self._memory.close()

    def _bringers(self) -> dict[str, str]:
        """Find a commit that brought each of the open blobs to its path; '' for what has none, or of several paths.

        Tags are named by every walk.
        """
        told = (blob for blob in self._open if blob not in self._misnamed and "<tag " not in blob.path)
        blobs = sorted(told, key=lambda blob: blob.age)
        found = {blob.id: blob.id if blob.path.endswith(f"<commit {blob.id[:SHORT]}>") else "" for blob in blobs}
        wanted = {(blob.id, blob.path.removeprefix(self._prefix)) for blob in blobs if not found[blob.id]}
        if wanted and self._names is not None:
            before = {} if self._is_whole or self._memory is None else self._memory.open()
            brought = self._names.bringers(wanted)
            found |= {name: brought.get((name, path), before.get(name, "")) for name, path in wanted}
        several = Counter(name for name, _ in wanted)
        return {name: commit if several[name] < 2 else "" for name, commit in found.items()}

    def history_of(self, held: Mapping[Blob, Mapping[int, int]]) -> Traces:
        """Follow findings through all commits; what no commit holds lies in the index."""
        traces = self._traced(self._walk_of, held, "no ref" if self._unreachable else REFLOG)
        left = [blob for blob in held if blob.is_past and not traces.keys() >= held[blob].keys()]
        indexed = {name for _, name in self._indexed()} if left else set()
        for blob in left:
            if blob.id in indexed:
                staged = Origin(blob.path, Tracking.STAGED.value)
                for finding in held[blob]:
                    traces.setdefault(finding, (History(refs=("index",), paths=1), (staged,)))
        return traces

    def _walk_of(self, contents: Collection[str]) -> Iterator[Commit]:
        """Walk all commits, and look at no more than it takes to follow these contents."""
        revisions = self._refs.revisions
        paths = self._paths_of(contents)
        if paths is not None and len(paths) <= _MOST_PATHS:
            return walks.commits_at(self.repository, revisions, paths, self._dangling)
        return walks.commits(self.repository, revisions, merges="first-parent", lines=self._dangling, only=contents)

    def _paths_of(self, contents: Collection[str]) -> list[str] | None:
        """Return all paths at which these contents ever lay, as far as a walk could name them; None for not known."""
        names = self._names
        if names is None or not self._is_whole or self._below:
            return None
        wanted = {bytes.fromhex(name) for name in contents}
        paths = {names.paths[number] for content, number in names.pairs() if content in wanted}
        if isinstance(names.failure, BoundError):  # to look at all would end in the same way
            paths |= {blob.path.removeprefix(self._prefix) for blob in self._open if blob.id in contents}
        elif names.failure is not None:
            return None
        return sorted(paths)


class _Names:
    """The names of contents that are named more than once: which say something new, and which were cut."""

    def __init__(self, paths: Paths, named: Iterable[Blob]) -> None:
        self._paths = paths
        self._before: dict[str, list[Blob]] = defaultdict(list)
        for blob in named:
            self._before[blob.id].append(blob)
        self._kinds: dict[str, list[tuple[bool, Hashable]]] = {}
        self._whole: set[tuple[str, str]] = set()
        self._broken: set[tuple[str, str]] = set()

    def meet(self, content: str, path: str) -> None:
        """Take note of a name that a content really has."""
        start, end, _ = path.partition("\n")
        (self._broken if end else self._whole).add((content, start))

    def is_cut(self, blob: Blob) -> bool:
        """Say whether what a blob was named by is the first line of its name."""
        return (blob.id, blob.path) in self._broken and (blob.id, blob.path) not in self._whole

    def age(self, content: str) -> int:
        """Return how old a content is that was named before."""
        return min((blob.age for blob in self._before.get(content, ())), default=0)

    def add(self, blob: Blob) -> bool:
        """Say whether a name says something that no name of its content did; waived ones leave others their room."""
        kinds = self._kinds.setdefault(blob.id, [self._kind(other) for other in self._before.get(blob.id, ())])
        kind = self._kind(blob)
        if kind in kinds or sum(waived == kind[0] for waived, _ in kinds) >= _MOST_KINDS:
            return False
        kinds.append(kind)
        return True

    def _kind(self, blob: Blob) -> tuple[bool, Hashable]:
        return self._paths.is_waived(blob.path), (self._paths.kind(blob.path), "\n" in blob.path)


def _path_of(content: Content, refs: Mapping[str, Ref]) -> str | None:
    """Name what stands in no tree: a note, a tag, or a blob that a ref points at; None for a file and a commit."""
    if ref := refs.get(content.id):
        name = ref.name.removeprefix("refs/").removeprefix("tags/")
        if content.id != ref.id:
            name = content.path or f"{name}, inner"
        return f"<{ref.kind} {name}>"
    return note_on(content.path)
