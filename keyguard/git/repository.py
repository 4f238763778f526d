"""What git says of a repository as a whole: where it is, how whole it is, its refs, commits and contents by id.

    open_repository -> Repository -+-> contents   every blob that refs, reflogs and the index reach, with a path
                                   +-> commits    the walk that names who brought and who removed what
                                   +-> staged     what a commit made now would add

Every walk is plumbing or `log` with all options that run programs switched off; see the package's own words.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from keyguard.errors import SourceError
from keyguard.git import calls
from keyguard.git.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

EVERYTHING = ("--all", "--reflog")
"""Where a walk begins that misses nothing but dangling commits: all refs, HEADs and reflogs of all work trees."""

_GITLINK = "160000"
_MOST_TAGS = 32  # on each other; nobody makes more, but for us to ask for each of them
_WALK = ["--raw", "--no-abbrev", "--no-renames", "--root", "-z", "--format=%H %P", "--topo-order"]


@dataclass(frozen=True)
class Repository:
    """One repository; `folder` is where git is asked: the top of the work tree, or the bare repository itself."""

    folder: str
    store: str  # the folder that holds objects and refs, which linked work trees share
    bare: bool = False
    shallow: bool = False
    algorithm: str = "sha1"


class Content(NamedTuple):
    """An object that a walk met: with a path when it is a blob of some tree, else a blob, tag or commit of a ref."""

    id: str
    path: str


class Change(NamedTuple):
    """What a commit did to one path; an id is '' where there was or is no file."""

    path: str
    old: str
    new: str


class Commit(NamedTuple):
    """A commit of a walk, its parents, and what it changed."""

    id: str
    parents: tuple[str, ...]
    changes: tuple[Change, ...]


class Ref(NamedTuple):
    """A ref, what it points at, and the object that this leads to in the end, through annotated tags."""

    name: str
    id: str
    kind: str
    target: str
    inner: tuple[str, ...] = ()  # further tags on the way, and the blob at its end


def open_repository(path: str) -> Repository | None:
    """Find the repository that holds a folder; None outside of one. A bare one has to be named itself.

    Raises SourceError when the repository belongs to somebody else, unless safe.directory says that it is trusted.
    """
    folder = os.path.realpath(path)
    if is_bare(folder):
        found = _opened(folder, bare=True)
        if found is not None and found.store == folder:  # else it only looks like one
            return found
    return _opened(folder, bare=False)


def _opened(folder: str, *, bare: bool) -> Repository | None:
    around = folder if bare else calls.enclosing(folder)
    if around is None:
        return None
    try:
        answer = _facts(folder, [] if bare else ["--show-toplevel"], bare=bare)
    except calls.OutsideError:  # or core.bare says that there is no work tree
        try:
            answer = _facts(folder, [], bare=bare)
        except calls.OutsideError:
            return None
    store, shallow, algorithm, *top = os.fsdecode(answer).rstrip("\n").split("\n", 3)
    store = os.path.realpath(os.path.join(folder, store))  # noqa: PTH118 - strings, as in the package
    # core.worktree may point anywhere; a `.git` that is none is passed over by git.
    is_theirs = bool(top) and top[0] != around and os.path.realpath(f"{top[0]}/.git") == store
    return Repository(top[0] if is_theirs else around, store, bare, shallow == "true", algorithm)


def _facts(folder: str, more: list[str], *, bare: bool) -> bytes:
    asked = ["--git-common-dir", "--is-shallow-repository", "--show-object-format", *more]
    return calls.run(["rev-parse", *asked], cwd=folder, bare=bare)


def is_bare(folder: str) -> bool:
    """Tell a bare repository by what lies in it, as git does."""
    return not os.path.lexists(f"{folder}/.git") and all(
        os.path.lexists(f"{folder}/{name}") for name in ("HEAD", "objects", "refs")
    )


def contents(
    repository: Repository, revisions: Sequence[str], lines: Iterable[str] = (), below: Sequence[str] = ()
) -> Iterator[Content | str]:
    """Walk to every blob that the revisions reach, each once, the newest first; an id alone is one that is missing.

    A blob's path is the one under which the walk first met it, that is the newest. Refs' own objects stand in front,
    without a path: commits, tags, and blobs that a tag points at. `lines` are further revisions; `^<id>` takes back.
    """
    given, told = list(lines), 0
    try:
        for record in _objects(repository, "blob", revisions, given, below):
            told += 1
            yield Content(*record.partition(" ")[::2])
    except SourceError:
        # Once more, past what is missing; of folders that are missing a walk of contents would say nothing.
        folders = _objects(repository, "tree", revisions, given, below, "--missing=print")
        missing = {record[1:] for record in folders if record.startswith("?")}
        for record in _objects(repository, "blob", revisions, given, below, "--missing=print"):
            if record.startswith("?"):
                missing.add(record[1:])
            elif told:
                told -= 1
            else:
                yield Content(*record.partition(" ")[::2])
        yield from sorted(missing)


def _objects(
    repository: Repository, kind: str, revisions: Sequence[str], lines: Iterable[str], below: Sequence[str], *more: str
) -> Iterator[str]:
    # Without an order commits of one second come as the reflog names them, old versions of a file before new ones.
    arguments = ["rev-list", "--topo-order", "--objects", f"--filter=object:type={kind}", *more]
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


def tips(repository: Repository) -> list[str]:
    """Return the commits that refs, HEADs and reflogs name themselves."""
    return list(commit_ids(repository, ["--no-walk", *EVERYTHING]))


def count_commits(repository: Repository) -> int:
    """Count the commits behind all refs, HEADs and reflogs."""
    return int(_ask(repository, ["rev-list", "--count", *EVERYTHING]))


def _walk(
    repository: Repository, arguments: list[str], revisions: Sequence[str], lines: Iterable[str], below: Sequence[str]
) -> Stream:
    given = list(lines)
    if given:  # what was remembered may be gone
        arguments = [*arguments, "--ignore-missing", "--stdin"]
    # Without --full-history a side branch that a merge left no trace of would be passed over.
    where = ["--full-history", *revisions, "--", *below] if below else [*revisions, "--"]
    return Stream(repository, [*arguments, *where], given or None)


def commits(
    repository: Repository,
    revisions: Sequence[str],
    *,
    merges: str,
    lines: Iterable[str] = (),
    below: Sequence[str] = (),
    oldest_first: bool = True,
) -> Iterator[Commit]:
    """Walk the commits that the revisions, or further ones in `lines`, reach; parents before or behind their children.

    `merges` says what a merge changed: 'first-parent', all that it brought to its first parent; 'combined', only what
    none of its parents had.
    """
    arguments = ["log", *_WALK, f"--diff-merges={merges}", *(["--reverse"] if oldest_first else [])]
    with _walk(repository, arguments, revisions, lines, below) as stream:
        yield from _parsed(stream.records(b"\0"))


def _parsed(tokens: Iterator[bytes]) -> Iterator[Commit]:
    head: list[str] | None = None
    changes: list[Change] = []
    for raw in tokens:
        token = raw.lstrip(b"\n")
        if token.startswith(b":"):
            path = os.fsdecode(next(tokens))
            if change := _change(token.decode(), path):
                changes.append(change)
        elif token:
            if head:
                yield Commit(head[0], tuple(head[1:]), tuple(changes))
            head, changes = token.decode().split(), []
    if head:
        yield Commit(head[0], tuple(head[1:]), tuple(changes))


def _change(record: str, path: str) -> Change | None:
    """Read ':<mode> <mode> <id> <id> <status>'; a combined one has as many colons, old modes and ids as parents."""
    parents = len(record) - len(record.lstrip(":"))
    words = record[parents:].split(" ")
    modes, ids = words[: parents + 1], words[parents + 1 : 2 * parents + 2]
    old, new = ids[0] if _is_file(modes[0]) else "", ids[-1] if _is_file(modes[-1]) else ""
    return Change(path, old, new) if old or new else None


def _is_file(mode: str) -> bool:
    return mode not in {"000000", _GITLINK}


def staged(repository: Repository) -> list[Change]:
    """Return what a commit made now would change, against HEAD or, before the first commit, against nothing."""
    against = head(repository) or _empty_tree(repository)
    with Stream(
        repository, ["diff-index", "--cached", "--raw", "--no-abbrev", "--no-renames", "-z", against, "--"]
    ) as stream:
        tokens = stream.records(b"\0")
        changes = [_change(token.decode(), os.fsdecode(next(tokens))) for token in tokens]
    return [change for change in changes if change]


def submodules(repository: Repository) -> list[str]:
    """Return the paths at which the index holds another repository."""
    return [path for mode, _, path in _entries(repository) if mode == _GITLINK]


def index_entries(repository: Repository) -> Iterator[tuple[str, str]]:
    """Name the files that the index holds, each with the id of its content."""
    return ((path, name) for mode, name, path in _entries(repository) if mode != _GITLINK)


def _entries(repository: Repository) -> Iterator[tuple[str, str, str]]:
    with Stream(repository, ["ls-files", "-z", "-s"]) as stream:
        for record in stream.records(b"\0"):
            facts, _, path = os.fsdecode(record).partition("\t")  # '100644 <id> 0', then the path
            yield facts[:6], facts[7:-2], path


def shallow_ends(repository: Repository) -> set[str]:
    """Return the commits that are said to have no parents in this clone, though they have some."""
    with suppress(OSError), open(f"{repository.store}/shallow", encoding="ascii", errors="replace") as lines:  # noqa: PTH123
        return {line.strip() for line in lines}
    return set()


def is_partial(repository: Repository) -> bool:
    """Tell whether the repository was cloned without some of its objects, to be fetched when they are needed."""
    with suppress(OSError), os.scandir(f"{repository.store}/objects/pack") as packs:
        return any(pack.name.endswith(".promisor") for pack in packs)
    return False


def is_loose(repository: Repository, name: str) -> bool:
    """Tell whether an object has a file of its own, whatever that holds."""
    return os.path.lexists(f"{repository.store}/objects/{name[:2]}/{name[2:]}")


def files_of_head(repository: Repository) -> dict[str, str]:
    """Return the id of each file that HEAD's commit holds, by its path; nothing before the first commit."""
    commit = head(repository)
    if commit is None:
        return {}
    with Stream(repository, ["ls-tree", "-r", "-z", commit]) as stream:
        entries = (os.fsdecode(record).partition("\t") for record in stream.records(b"\0"))
        return {path: facts.split(" ")[2] for facts, _, path in entries}  # '100644 blob <id>', then the path


def head(repository: Repository) -> str | None:
    """Return HEAD's commit; None before the first one."""
    return resolve(repository, "HEAD")


def resolve(repository: Repository, revision: str, kind: str = "commit") -> str | None:
    """Return the id of the object that a revision names; None when it names none of that kind."""
    if revision.startswith("-") or "\n" in revision or "\0" in revision:
        return None
    try:
        answer = _ask(repository, ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{{kind}}}"])
    except calls.OutsideError:
        raise
    except SourceError:
        return None
    name = answer.decode("ascii", "replace").strip().removeprefix("--end-of-options").strip()
    return name if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name) else None


def refs(repository: Repository) -> list[Ref]:
    """Return all refs, HEAD first where it stands on no branch."""
    form = "%(refname)%00%(objectname)%00%(objecttype)%00%(object)%00%(type)"
    with Stream(repository, ["for-each-ref", f"--format={form}"]) as stream:
        rows = [os.fsdecode(record).split("\0") for record in stream.records(b"\n")]
    found = [_ref(repository, Ref(name, id_, kind, target), leads_to) for name, id_, kind, target, leads_to in rows]
    here = head(repository)
    if here and not _is_on_branch(repository):
        found.insert(0, Ref("HEAD", here, "commit", here))
    return found


def _ref(repository: Repository, ref: Ref, leads_to: str) -> Ref:
    inner, target = list[str](), ref.target
    # A tag on a tag is rare, and `%(*objectname)` of older gits goes one step alone.
    while leads_to == "tag" and len(inner) < _MOST_TAGS:
        inner.append(target)
        target, leads_to = _tagged(repository, target)
    if leads_to == "blob":
        inner.append(target)
    return ref._replace(target=target or ref.id, inner=tuple(inner))


def inner_tags(repository: Repository, tag: str) -> list[str]:
    """Return the tags that a tag leads to on its way."""
    found: list[str] = []
    target, kind = _tagged(repository, tag)
    while kind == "tag" and len(found) < _MOST_TAGS:
        found.append(target)
        target, kind = _tagged(repository, target)
    return found


def _tagged(repository: Repository, tag: str) -> tuple[str, str]:
    lines = _ask(repository, ["cat-file", "tag", tag]).decode("ascii", "replace").split("\n", 2)
    return lines[0].partition(" ")[2], lines[1].partition(" ")[2]


def _is_on_branch(repository: Repository) -> bool:
    try:
        return bool(_ask(repository, ["symbolic-ref", "--quiet", "HEAD"]))
    except SourceError:
        return False


def these(repository: Repository, ids: Sequence[str]) -> Iterator[Commit]:
    """Tell of single commits, by what each did to its first parent."""
    if ids:
        yield from commits(repository, ["--no-walk"], merges="first-parent", lines=ids)


def unreached(repository: Repository, ids: Sequence[str]) -> bool:
    """Tell whether one of these commits is not behind any ref, HEAD or reflog, or not there at all."""
    if not ids:
        return False
    if len(set(commit_ids(repository, ["--no-walk"], ids))) < len(set(ids)):
        return True
    return next(commit_ids(repository, [*ids, "--not", *EVERYTHING]), None) is not None


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


def _empty_tree(repository: Repository) -> str:
    return _ask(repository, ["hash-object", "-t", "tree", "--stdin"]).decode().strip()


def _ask(repository: Repository, arguments: Sequence[str]) -> bytes:
    return calls.run(arguments, cwd=repository.folder, bare=repository.bare, top=not repository.bare)
