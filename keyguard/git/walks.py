"""Walks over a history: its contents, its commits, and all the names that its contents ever had.

    contents   every blob that refs, reflogs and the index reach, each once, under the name that the walk met first
    Names      every name of every content, commit by commit, the newest first; kept as bytes, filled while others work
    commits    who brought and who removed what: of all of a range, or of some contents or paths

Each is `rev-list` or `log` with all options that run programs switched off. A ref whose object is missing is passed
over, so that it does not end a walk; `repository.refs` names it.
"""

from __future__ import annotations

import os
import re
from array import array
from binascii import unhexlify
from typing import TYPE_CHECKING

from keyguard.errors import SourceError
from keyguard.git.failures import BoundError
from keyguard.git.model import Change, Commit, Content
from keyguard.git.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from keyguard.git.model import Repository

EVERYTHING = ("--all", "--reflog")
"""Where a walk begins that misses nothing but dangling commits: all refs, HEADs and reflogs of all work trees."""

_RAW = ["--raw", "--no-abbrev", "--no-renames", "--root", "-z", "--topo-order"]
_STEP = (
    rb"[\n\0]?(?:"
    rb":.{6} (.{6}) .{%(n)d} (.{%(n)d}) [A-Z]\0([^\0]+)\0"  # one parent: by lengths alone, which takes half the time
    rb"|([0-9a-f]{%(n)d})\0"  # the next commit
    rb"|::+(?:\d{6} )+(\d{6}) (?:[0-9a-f]{%(n)d} )+([0-9a-f]{%(n)d}) [A-Z]+\0([^\0]+)\0"  # several parents
    rb")"
)
_CHANGE = (
    rb"[\n\0]?(?:"
    rb":(\d{6}) (\d{6}) ([0-9a-f]{%(n)d}) ([0-9a-f]{%(n)d}) [A-Z]\0([^\0]+)\0"
    rb"|([0-9a-f]{%(n)d}(?: [0-9a-f]{%(n)d})*) ?\0"
    rb"|::+(\d{6}) (?:\d{6} )*(\d{6}) ([0-9a-f]{%(n)d}) (?:[0-9a-f]{%(n)d} )+([0-9a-f]{%(n)d}) [A-Z]+\0([^\0]+)\0"
    rb")"
)
_FILE = (b"100644", b"100755", b"120000")  # git shows other modes of files as one of these

_GITLINK = b"160000"


def contents(
    repository: Repository, revisions: Sequence[str], lines: Iterable[str] = (), below: Sequence[str] = ()
) -> Iterator[Content | str]:
    """Walk to every blob that the revisions reach, each once, the newest first; an id alone is one that is missing.

    A blob's path is the one under which the walk first met it, that is the newest. Refs' own objects stand in front,
    without a path: commits, tags, and blobs that a tag points at. `lines` are further revisions; `^<id>` takes back.
    """
    for record in _objects(repository, "blob", revisions, lines, below):
        if record.startswith("?"):
            yield record[1:]
        else:
            yield Content(*record.partition(" ")[::2])


def check_indexes(repository: Repository) -> None:
    """Raise SourceError if git cannot read the index of some work tree."""
    with _walk(repository, ["rev-list", "--max-count=0"], ["--indexed-objects"], (), ()) as stream:
        list(stream.blocks())


def missing_folders(
    repository: Repository, revisions: Sequence[str], lines: Iterable[str] = (), below: Sequence[str] = ()
) -> set[str]:
    """Return the folders that are missing: a walk of contents passes them over."""
    folders = _objects(repository, "tree", revisions, lines, below)
    return {record[1:] for record in folders if record.startswith("?")}


def _objects(
    repository: Repository, kind: str, revisions: Sequence[str], lines: Iterable[str], below: Sequence[str]
) -> Iterator[str]:
    # Without an order commits of one second come as the reflog names them, old versions of a file before new ones.
    arguments = ["rev-list", "--topo-order", "--objects", f"--filter=object:type={kind}", "--missing=print"]
    with _walk(repository, arguments, revisions, lines, below) as stream:
        for record in stream.records(b"\n"):
            yield os.fsdecode(record)


def commit_ids(
    repository: Repository, revisions: Sequence[str], lines: Iterable[str] = (), below: Sequence[str] = ()
) -> Iterator[str]:
    """Walk to every commit that the revisions reach, the newest first."""
    with _walk(repository, ["rev-list"], revisions, lines, below) as stream:
        for record in stream.records(b"\n"):
            yield record.decode()


def tips(repository: Repository, revisions: Sequence[str]) -> list[str]:
    """Return the commits that the revisions, such as all refs, HEADs and reflogs, name themselves."""
    return list(commit_ids(repository, ["--no-walk", *revisions]))


def count_commits(repository: Repository, revisions: Sequence[str]) -> int:
    """Count the commits that the revisions reach."""
    with _walk(repository, ["rev-list", "--count"], revisions, (), ()) as stream:
        return int(b"".join(stream.blocks()))


def _walk(
    repository: Repository, arguments: list[str], revisions: Sequence[str], lines: Iterable[str], below: Sequence[str]
) -> Stream:
    given = list(lines)
    # What was remembered, and what a ref names, may be gone.
    arguments = [*arguments, "--ignore-missing", *(["--stdin"] if given else [])]
    # Without --full-history a side branch that a merge left no trace of would be passed over.
    where = ["--full-history", *revisions, "--", *below] if below else [*revisions, "--"]
    return Stream(repository, [*arguments, *where], given or None)


# --- all names


class Names:
    """Every name that a content has or had, by one walk; of a merge what none of its parents had, as they had the rest.

    It may be left alone while other things are done: `take` reads what git has written so far, and never waits. Kept
    are an id, the number of its path, and where each commit begins: 28 bytes a name, and each path once.
    """

    def __init__(
        self, repository: Repository, revisions: Sequence[str], lines: Iterable[str] = (), below: Sequence[str] = ()
    ) -> None:
        self.paths: list[str] = []
        self.failure: SourceError | None = None
        self._width = repository.digits // 2
        self._step = re.compile(_STEP % {b"n": repository.digits}, re.DOTALL)
        self._commits = bytearray()
        self._begins = array("I")
        self._ids = bytearray()
        self._numbers = array("I")
        self._known: dict[bytes, int] = {}
        self._room = repository.bounds.memory  # for paths
        self._rest = b""
        arguments = ["log", *_RAW, "-c", "--format=%H"]
        self._stream: Stream | None = _walk(repository, arguments, revisions, lines, below)

    def take(self) -> None:
        """Read what is there already."""
        while self._stream and self._stream.is_waiting():
            self._read(self._stream)

    def finish(self) -> None:
        """Read to the end; what went wrong is kept as `failure`, and what was named before stands."""
        while self._stream:
            self._read(self._stream)

    def close(self) -> None:
        """End git."""
        if self._stream:
            self._stream.close()
            self._stream = None

    def commits(self) -> Iterator[str]:
        """Name the commits of the walk, the newest first, as far as it came."""
        for start in range(0, len(self._commits), self._width):
            yield self._commits[start : start + self._width].hex()

    def pairs(self) -> Iterator[tuple[bytes, int]]:
        """Name each content that a commit brought to a path: its id, and the number of the path in `paths`."""
        width, ids = self._width, bytes(self._ids)
        return zip((ids[at : at + width] for at in range(0, len(ids), width)), self._numbers, strict=True)

    def bringers(self, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Return the newest commit that brought a content, by its id, to a path."""
        numbers = {path: number for number, path in enumerate(self.paths)}
        left = {(bytes.fromhex(name), numbers[path]): (name, path) for name, path in wanted if path in numbers}
        found: dict[tuple[str, str], str] = {}
        pairs = enumerate(self.pairs())
        while left and (at := next((at for at, pair in pairs if pair in left), None)) is not None:
            pair = bytes(self._ids[at * self._width : (at + 1) * self._width]), self._numbers[at]
            found[left.pop(pair)] = self._commit_of(at)
        return found

    def _commit_of(self, pair: int) -> str:
        from bisect import bisect_right

        start = (bisect_right(self._begins, pair) - 1) * self._width
        return self._commits[start : start + self._width].hex()

    def _read(self, stream: Stream) -> None:
        try:
            if block := stream.block():
                self._parse(stream, self._rest + block)
            elif self._rest.strip(b"\n\0"):
                raise SourceError("git's list of names ended in the middle of one")  # noqa: TRY301 - it is kept below
            else:
                self.close()
        except SourceError as error:
            self.failure = error
            self.close()

    def _parse(self, stream: Stream, data: bytes) -> None:
        names: list[bytes] = []
        known, numbers, begun, end = self._known, self._numbers, len(self._numbers), 0
        # Each begins where the one before ended: a path may look like a step.
        while found := self._step.match(data, end):
            mode, name, path, commit, *merged = found.groups()
            end = found.end()
            if commit:
                self._commits += unhexlify(commit)
                self._begins.append(begun + len(names))
                continue
            if path is None:
                mode, name, path = merged
            if mode in _FILE:
                number = known.get(path)
                if number is None:
                    number = known[path] = len(known)
                    self.paths.append(os.fsdecode(path))
                    self._room -= 2 * len(path) + 256
                numbers.append(number)
                names.append(name)
        self._ids += unhexlify(b"".join(names))
        self._rest = data[end:]
        stream.check_length(self._rest)
        if self._room < 0:
            raise BoundError(stream.folder, "named more paths than it may")


# --- commits and what they did


def commits(
    repository: Repository,
    revisions: Sequence[str],
    *,
    merges: str,
    lines: Iterable[str] = (),
    below: Sequence[str] = (),
    only: Collection[str] = (),
) -> Iterator[Commit]:
    """Walk the commits that the revisions, or further ones in `lines`, reach; parents before their children.

    `merges` says what a merge changed: 'first-parent', all that it brought to its first parent; 'combined', only what
    none of its parents had. Commits without a change below the paths `below` are left out. With `only` all commits are
    told, and of their changes those alone that such a content takes part in.
    """
    arguments = ["log", *_RAW, "--format=%H %P", f"--diff-merges={merges}", "--reverse"]
    with _walk(repository, arguments, revisions, lines, below) as stream:
        yield from _parsed(stream, repository.digits, frozenset(name.encode() for name in only))


def commits_at(
    repository: Repository, revisions: Sequence[str], paths: Sequence[str], lines: Iterable[str] = ()
) -> Iterator[Commit]:
    """Walk all commits, parents first, and tell of each what it brought to its first parent at these paths.

    A walk that looks at nothing else takes a quarter of the time.
    """
    arguments = ["log", *_RAW, "--format=%H %P", "--diff-merges=first-parent", "--reverse", "--sparse"]
    with _walk(repository, arguments, revisions, lines, paths) as stream:
        yield from _parsed(stream, repository.digits, frozenset())


def these(repository: Repository, ids: Sequence[str]) -> Iterator[Commit]:
    """Tell of single commits, by what each did to its first parent."""
    if ids:
        yield from commits(repository, ["--no-walk"], merges="first-parent", lines=ids)


def _parsed(stream: Stream, digits: int, only: frozenset[bytes]) -> Iterator[Commit]:
    pattern = re.compile(_CHANGE % {b"n": digits}, re.DOTALL)
    head: list[str] = []
    changes: list[Change] = []
    rest = b""
    for block in stream.blocks():
        data, end = rest + block, 0
        while found := pattern.match(data, end):
            before, after, old, new, path, commit, *merged = found.groups()
            end = found.end()
            if commit:
                if head:
                    yield Commit(head[0], tuple(head[1:]), tuple(changes))
                head, changes = commit.decode().split(), []
                continue
            if path is None:
                before, after, old, new, path = merged
            if not only or old in only or new in only:
                changes += _change(before, after, old, new, path)
        rest = data[end:]
        stream.check_length(rest)
    if rest.strip(b"\n\0"):
        raise SourceError("git's list of changes ended in the middle of one")
    if head:
        yield Commit(head[0], tuple(head[1:]), tuple(changes))


def _change(before: bytes, after: bytes, old: bytes, new: bytes, path: bytes) -> list[Change]:
    """Make a change of modes and ids; of what is neither a file nor a submodule there is none."""
    ids = old.decode() if before in _FILE else "", new.decode() if after in _FILE else ""
    module = new.decode() if after == _GITLINK else ""
    return [Change(os.fsdecode(path), *ids, module)] if any(ids) or module else []


def staged(repository: Repository, against: str) -> list[Change]:
    """Return what the index changes against a commit or a tree."""
    arguments = ["diff-index", "--cached", "--raw", "--no-abbrev", "--no-renames", "-z", against, "--"]
    with Stream(repository, arguments) as stream:
        tokens = stream.records(b"\0")
        changes = [_staged(token, next(tokens)) for token in tokens]
    return [change for some in changes for change in some]


def _staged(record: bytes, path: bytes) -> list[Change]:
    before, after, old, new, _ = record[1:].split(b" ")
    return _change(before, after, old, new, path)


# --- what is there


def unreached(repository: Repository, ids: Sequence[str], revisions: Sequence[str]) -> bool:
    """Tell whether one of these commits is not reached by the revisions, or not there at all."""
    if not ids:
        return False
    if len(set(commit_ids(repository, ["--no-walk"], ids))) < len(set(ids)):
        return True
    return next(commit_ids(repository, [*ids, "--not", *revisions]), None) is not None


def present(repository: Repository, ids: Collection[str]) -> set[str]:
    """Return which of these ids are those of objects that are here."""
    if not ids:
        return set()
    # Not `cat-file --batch-check`: in a partial clone it ends at the first that it may not fetch.
    arguments = ["rev-list", "--objects", "--no-walk", "--missing=print"]
    with _walk(repository, arguments, [], ids, ()) as stream:
        return {record.partition(b" ")[0].decode() for record in stream.records(b"\n")} & set(ids)


def all_objects(repository: Repository) -> Iterator[tuple[str, str]]:
    """Name every object that there is, reached by something or not, with its kind."""
    arguments = ["cat-file", "--batch-check=%(objectname) %(objecttype)", "--batch-all-objects", "--unordered"]
    with Stream(repository, arguments) as stream:
        for record in stream.records(b"\n"):
            name, _, kind = record.decode().partition(" ")
            yield name, kind
