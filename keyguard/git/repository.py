"""What git says of a repository as a whole: where it is, how whole it is, its refs, its index, and what HEAD holds."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from keyguard.errors import SourceError
from keyguard.git import calls, index, walks
from keyguard.git.failures import KilledError, OutsideError
from keyguard.git.folders import enclosing
from keyguard.git.model import Ref, Repository
from keyguard.git.objects import Objects
from keyguard.git.program import named_by_environment
from keyguard.git.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from keyguard.git.model import Change
    from keyguard.git.objects import Object

_GITLINK = "160000"
_MOST_TAGS = 32  # on each other; nobody makes more
_PIECE = 1 << 20
_IGNORED = re.compile(rb"^warning: ignoring (?:broken ref|ref with broken name) (.+)$", re.MULTILINE)
_RESTORE = "restore it from another clone, or leave the history out with --no-history"
_OPEN = "scan it as the user that may read it, or leave the history out with --no-history"
_FIRST = ("HEAD", "objects", "refs")  # without each of them git takes a folder for no repository
_KINDS = {"commit", "tree", "blob", "tag"}  # the last: there are more tags on each other than are followed
_MOST_BROKEN = 1000  # names that fit a command line
_LARGEST = 32 << 20  # bytes of a commit, tag or tree; a walk holds the whole of each
_SHORT = 10


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


def absent(path: str, hint: str) -> SourceError:
    """Say that a path is in no repository, or why git does not take for one what lies there."""
    around = enclosing(path)
    found = damaged(path, f"{around}/.git") if around else None
    return found or SourceError(f"{path!r} is in no git repository", hint, what=path)


def damaged(path: str, store: str) -> SourceError | None:
    """Say why git does not take a store for that of a path's repository; None where nothing is in it at all."""
    if is_closed(store):
        return SourceError(f"git may not read {store}: permission denied", _OPEN, what=path)
    lacking = _damage(Path(store))
    return (
        SourceError(f"git does not take {store} for a repository: {lacking}", _RESTORE, what=path) if lacking else None
    )


def is_closed(store: str) -> bool:
    """Say whether this user may not read what git looks for first in a store."""
    places = (store, *(f"{store}/{name}" for name in _FIRST))
    return any(os.path.lexists(place) and not _is_open(place) for place in places)


def _is_open(place: str) -> bool:
    mode = os.R_OK | os.X_OK if Path(place).is_dir() else os.R_OK
    return os.access(place, mode, effective_ids=os.access in os.supports_effective_ids)


def _damage(store: Path) -> str:
    if not store.is_dir():
        return "it leads to none"
    try:
        if not any(store.iterdir()):
            return ""
        lacking = [name for name in _FIRST if not os.path.lexists(store / name)]
    except OSError:
        lacking = []
    return f"{' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} missing" if lacking else "it is damaged"


def _opened(folder: str, *, bare: bool) -> Repository | None:
    named = None if bare else named_by_environment(folder)
    around = named.work_tree if named else folder if bare else enclosing(folder)
    if around is None:
        return None
    try:
        answer = _facts(folder, [] if bare else ["--show-toplevel"], bare=bare)
    except OutsideError:  # or core.bare says that there is no work tree
        try:
            answer = _facts(folder, [], bare=bare)
        except OutsideError:
            return None
    store, shallow, algorithm, listed, *top = os.fsdecode(answer).rstrip("\n").split("\n", 4)
    store, listed = (os.path.realpath(os.path.join(folder, path)) for path in (store, listed))  # noqa: PTH118 - strings
    # core.worktree may point anywhere; a `.git` that is none is passed over by git.
    is_theirs = bool(top) and top[0] != around and os.path.realpath(f"{top[0]}/.git") == store
    return Repository(top[0] if is_theirs else around, store, bare, shallow == "true", algorithm, listed)


def _facts(folder: str, more: list[str], *, bare: bool) -> bytes:
    asked = ["--git-common-dir", "--is-shallow-repository", "--show-object-format", "--git-path", "index", *more]
    return calls.run(["rev-parse", *asked], cwd=folder, bare=bare, top=bare)


def is_bare(folder: str) -> bool:
    """Tell a bare repository by what lies in it, as git does."""
    return not os.path.lexists(f"{folder}/.git") and all(
        os.path.lexists(f"{folder}/{name}") for name in ("HEAD", "objects", "refs")
    )


def staged(repository: Repository) -> list[Change]:
    """Return what a commit made now would change, against HEAD or, before the first commit, against nothing.

    Raises SourceError if the index is damaged.
    """
    index.check(repository)
    return walks.staged(repository, head(repository) or _empty_tree(repository))


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


def has_objects(repository: Repository) -> bool:
    """Tell whether there are any objects, whatever leads to them."""
    with suppress(OSError), os.scandir(f"{repository.store}/objects") as folders:
        for folder in folders:
            if folder.name != "info":
                with suppress(OSError), os.scandir(folder.path) as entries:
                    if any(len(entry.name) > _SHORT for entry in entries):
                        return True
    return False


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
    except (OutsideError, KilledError):
        raise
    except SourceError:
        return None
    name = answer.decode("ascii", "replace").strip().removeprefix("--end-of-options").strip()
    return name if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name) else None


class Refs(NamedTuple):
    """The refs that lead somewhere, HEAD first where it stands on no branch; and by name why others lead nowhere."""

    whole: tuple[Ref, ...]
    broken: dict[str, str]

    @property
    def is_damaged(self) -> bool:
        """Whether an object is there that git cannot read: it ends a walk over the reflogs, which name it too."""
        return any("damaged" in reason for reason in self.broken.values())

    @property
    def revisions(self) -> list[str]:
        """Where a walk begins that misses nothing but dangling commits, and that no broken ref ends."""
        names = sorted(name for name in self.broken if name.startswith("refs/"))
        starts = ["--all"] if self.is_damaged else walks.EVERYTHING
        return [*(f"--exclude={name}" for name in names[:_MOST_BROKEN]), *starts]


def refs(repository: Repository) -> Refs:
    """Read all refs, and what each of them leads to."""
    with Stream(repository, ["for-each-ref", "--format=%(refname)%00%(objectname)"]) as stream:
        rows = [os.fsdecode(record).split("\0") for record in stream.records(b"\n")]
        broken = {os.fsdecode(name): "it names no object" for name in _IGNORED.findall(stream.errors())}
    rows = [*map(list, _heads(repository)), *rows]
    targets = _targets(repository, [id_ for _, id_ in rows])
    whole: list[Ref] = []
    for name, id_ in rows:
        way = _way(id_, targets)
        end = targets[way[-1]].kind
        if end in _KINDS:
            inner = way[1:] if end == "blob" else way[1:-1]
            whole.append(Ref(name, id_, targets[id_].kind, way[-1], tuple(inner)))
        else:
            broken[name] = f"its object {way[-1][:_SHORT]} is {end}"
    return Refs(tuple(whole), broken)


def inner_tags(repository: Repository, tag: str) -> list[str]:
    """Return the tags that a tag leads to on its way."""
    targets = _targets(repository, [tag])
    return [name for name in _way(tag, targets)[1:] if targets[name].kind == "tag"]


class _Target(NamedTuple):
    kind: str  # git's word, or why there is none
    leads_to: str = ""  # the object that a tag is on


def _targets(repository: Repository, ids: Iterable[str]) -> dict[str, _Target]:
    """Read objects, and those that tags among them are on, and so on; all tags of one depth at once."""
    found: dict[str, _Target] = {}
    objects = Objects(repository, _PIECE)
    left = list(dict.fromkeys(ids))
    for _ in range(_MOST_TAGS):
        if not left:
            break
        found |= {answer.id: _target(repository, answer) for answer in objects.read(left)}
        left = list({found[name].leads_to for name in left} - found.keys() - {""})
    objects.close()
    return found


def _target(repository: Repository, answer: Object) -> _Target:
    if isinstance(answer.failure, KilledError):
        raise answer.failure
    if answer.kind in {"commit", "tag", "tree"} and answer.size > _LARGEST:
        return _Target("larger than git can walk over")
    if answer.kind in {"blob", "tree"}:
        return _Target(answer.kind)
    if answer.kind not in {"commit", "tag"}:
        return _Target("damaged" if is_loose(repository, answer.id) else "not here")
    # Walks pass over what they cannot take for what its id says.
    data = b"".join(answer.pieces)
    digest = hashlib.new(repository.algorithm, b"%s %d\0" % (answer.kind.encode(), len(data)), usedforsecurity=False)
    digest.update(data)
    if digest.hexdigest() != answer.id:
        return _Target("damaged")
    led = re.match(rb"object ([0-9a-f]{40,64})\n", data) if answer.kind == "tag" else None
    return _Target(answer.kind, led[1].decode() if led else "")


def _way(name: str, targets: dict[str, _Target]) -> list[str]:
    """Follow tags from an object to the one that is none, or that was not followed."""
    way = [name]
    while (following := targets[way[-1]].leads_to) in targets:
        way.append(following)
    return way


def _heads(repository: Repository) -> Iterator[tuple[str, str]]:
    """Name what work trees stand on without a branch."""
    if not _is_on_branch(repository):
        with suppress(SourceError):  # or it holds nothing that git knows
            yield "HEAD", _ask(repository, ["rev-parse", "--verify", "--quiet", "HEAD"]).decode().strip()
    if not os.path.isdir(f"{repository.store}/worktrees"):  # noqa: PTH112 - strings, as in the package
        return
    for entry in os.fsdecode(_ask(repository, ["worktree", "list", "--porcelain"])).split("\n\n"):
        found = re.match(r"worktree (.+)\nHEAD ([0-9a-f]+)(?!\nbranch )(?:\n|$)", entry, re.DOTALL)
        if found and found[1] != repository.folder:
            yield f"HEAD of {found[1]}", found[2]


def _is_on_branch(repository: Repository) -> bool:
    try:
        return bool(_ask(repository, ["symbolic-ref", "--quiet", "HEAD"]))
    except SourceError:
        return False


def _empty_tree(repository: Repository) -> str:
    return hashlib.new(repository.algorithm, b"tree 0\0", usedforsecurity=False).hexdigest()


def _ask(repository: Repository, arguments: Sequence[str]) -> bytes:
    return calls.run(arguments, cwd=repository.folder, bare=repository.bare, top=True)
