"""Which commits a change is made of: a range that was typed, or what git and pre-commit tell their hooks."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from keyguard.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.engine.targets import Request
    from keyguard.git.model import Repository

_SHALLOW = (
    "In a shallow clone fetch more of the history first: git fetch --unshallow, fetch-depth: 0 in a workflow of "
    "GitHub's, GIT_DEPTH: 0 in a job of GitLab's"
)
_UPWARDS = re.compile(r"(.+?)(?:\^1?|~\d*)+")


class Range(NamedTuple):
    """The commits that a range ends with, those that it begins behind, and annotated tags that come with it."""

    include: list[str]
    without: list[str]
    tags: dict[str, str] = {}  # noqa: RUF012 - never written to; names by their ids


def range_of(request: Request, repository: Repository) -> Range:
    """Find out what a request for a range means; raises SourceError for what names no commit."""
    if request.since:
        return Range([resolved(repository, "HEAD")], _start(repository, request.since))
    if request.range:
        start, dots, end = re.split(r"(\.{2,3})", request.range, maxsplit=1) if ".." in request.range else ("", "", "")
        if not dots:
            raise SourceError(f"{request.range!r} is no range of commits", "write A..B, such as origin/main..HEAD")
        return _between(repository, start or "HEAD", end or "HEAD")
    if request.received:
        return _updates(repository, sys.stdin.buffer, ["--all"])
    return _pushed(request, repository)


def refs_of_pre_commit(repository: Repository) -> Range | None:
    """Return the range that pre-commit was given as --from-ref and --to-ref, or was told by git; None without one."""
    first, last = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
    return _between(repository, first, last) if first and last else None


def is_by_hand() -> bool:
    """Say whether somebody typed `pre-commit run`, which says nothing of --all-files: git gives its hooks an index."""
    given = ("GIT_INDEX_FILE", "PRE_COMMIT_LOCAL_BRANCH", "PRE_COMMIT_TO_REF")
    return bool(os.environ.get("PRE_COMMIT")) and not any(map(os.environ.get, given))


def _between(repository: Repository, start: str, end: str) -> Range:
    include = [] if _is_nothing(end) else [resolved(repository, end)]  # a branch that was deleted brings nothing
    return Range(include, _start(repository, start))


def _start(repository: Repository, revision: str) -> list[str]:
    """Return the commit that a range begins behind; none where it begins with a first commit.

    Zeros are what git and CI give for a branch that is new; ROOT^ and what lies before it is what people write for it.
    """
    if _is_nothing(revision) or _is_before_the_first(repository, revision):
        return []
    return [resolved(repository, revision)]


def _is_nothing(revision: str) -> bool:
    return re.fullmatch("0{40}|0{64}", revision) is not None


def _is_before_the_first(repository: Repository, revision: str) -> bool:
    from keyguard.git.repository import resolve, shallow_ends
    from keyguard.git.walks import commit_ids

    behind = _UPWARDS.fullmatch(revision)
    if not behind or resolve(repository, revision) or not (commit := resolve(repository, behind[1])):
        return False
    roots = set(commit_ids(repository, ["--first-parent", "--max-parents=0", commit]))
    return bool(roots) and roots.isdisjoint(shallow_ends(repository))


def _pushed(request: Request, repository: Repository) -> Range:
    """Ask pre-commit's variables, then the lines that git gives a pre-push hook."""
    remote = request.remote or os.environ.get("PRE_COMMIT_REMOTE_NAME") or ""
    # A remote may be an address: then nothing is known of what it has, and all that is pushed is read.
    known = [f"--remotes={remote}"] if re.fullmatch(r"\w[\w.-]*", remote) else [] if remote else ["--remotes"]
    if given := refs_of_pre_commit(repository):
        return given
    if branch := os.environ.get("PRE_COMMIT_LOCAL_BRANCH"):  # a branch that is new there, down to its first commit
        return Range([resolved(repository, branch)], known)
    if os.environ.get("PRE_COMMIT"):
        return Range([resolved(repository, "HEAD")], known)
    return _updates(repository, sys.stdin.buffer, known)


def _updates(repository: Repository, lines: Any, known: list[str]) -> Range:
    """Read '<ref> <new> <ref> <old>' of pre-push, or '<old> <new> <ref>' of pre-receive."""
    from keyguard.git.repository import inner_tags, resolve

    include: list[str] = []
    tags: dict[str, str] = {}
    exclude = list(known)
    for new, old, ref in _parsed(lines):
        commit = resolve(repository, new)
        if commit is None:
            raise SourceError(
                f"{ref} leads to no commit, so that what it brings cannot be read",
                "only refs that point to a commit can be scanned; tags on blobs or trees are rejected",
            )
        include.append(commit)
        if tag := resolve(repository, new, "tag"):
            name = ref.removeprefix("refs/tags/")
            tags |= dict.fromkeys(inner_tags(repository, tag), f"{name}, inner") | {tag: name}
        if (before := resolve(repository, old)) is not None:  # what the other side has may be unknown here
            exclude.append(before)
    return Range(include, exclude, tags)


def _parsed(lines: Any) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        words = os.fsdecode(line).split()
        if not words:
            continue
        if len(words) == 4:
            _, new, ref, old = words
        elif len(words) == 3:
            old, new, ref = words
        else:
            raise SourceError("standard input has a line that is no update of a ref", "this is for git's hooks to call")
        if set(new) != {"0"}:  # a ref that goes away brings nothing
            yield new, old, ref


def resolved(repository: Repository, revision: str) -> str:
    """Return the commit that a revision names; raises SourceError for what names none."""
    from keyguard.git.repository import resolve

    found = resolve(repository, revision)
    if found is None:
        raise SourceError(
            f"{revision!r} names no commit of this repository",
            _SHALLOW if repository.shallow else "git log shows which there are",
        )
    return found
