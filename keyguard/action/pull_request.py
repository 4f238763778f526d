"""Which commits a pull request, or a group of a merge queue, adds to its base."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from keyguard.errors import SourceError
from keyguard.git import calls, walks
from keyguard.git import repository as git

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from keyguard.git.model import Repository

_HINT = "Give actions/checkout the input `fetch-depth: 0`"
_NO_REPOSITORY = (
    "Run actions/checkout before this action; what it gets as its `path` belongs into the `paths` of this one"
)


def change_of(event: Mapping[str, Any], places: Sequence[Path]) -> str | None:
    """Return the range of an event's commits in the repository of the first place that is in one.

    None for an event of another kind. Raises SourceError when the checkout does not hold them all: a part of them must
    not pass for the whole.
    """
    if group := event.get("merge_group"):
        ends = group["base_sha"], group["head_sha"]
        repository = _opened(places)
    elif pull := event.get("pull_request"):
        repository = _opened(places)
        ends = _of_pull_request(repository, pull["base"], pull["head"]["sha"])
    else:
        return None
    base, head = (git.resolve(repository, end) for end in ends)
    if base is None or head is None:
        missing = "commits of the pull request" if head is None else "base of the pull request"
        raise SourceError(f"the {missing} cannot be found in this checkout", _HINT)
    if repository.shallow and not _is_whole(repository, base, head):
        raise SourceError("this checkout is shallow, and holds a part of the pull request's commits only", _HINT)
    return f"{base}..{head}"


def changed(commits: str, places: Sequence[Path], names: Sequence[str]) -> list[str]:
    """Return those files at the top of the repository that a range changes."""
    base, _, head = commits.partition("..")
    words = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", base, head, "--", *names]
    return [os.fsdecode(name) for name in calls.run(words, cwd=_opened(places).folder).split(b"\0") if name]


def is_shallow(places: Sequence[Path]) -> bool:
    """Tell whether one of the places lies in a repository whose history was cut off."""
    folders = (place if place.is_dir() else place.parent for place in places)
    found = (git.open_repository(str(folder)) for folder in folders if folder.is_dir())
    return any(repository is not None and repository.shallow for repository in found)


def _of_pull_request(repository: Repository, base: Mapping[str, Any], head: str) -> tuple[str, str]:
    """Return where the commits begin and end.

    What is checked out is a merge with the newest base, if nothing else was asked for. The event's own base may be
    older: the base's newer commits, merged into the pull request, would pass for its own.
    """
    if git.resolve(repository, "HEAD^2") == head:
        return "HEAD^1", "HEAD"
    newest = f"refs/remotes/origin/{base['ref']}"
    return (newest if git.resolve(repository, newest) else base["sha"]), head


def _is_whole(repository: Repository, base: str, head: str) -> bool:
    """Tell whether the range stays on this side of where a shallow clone ends."""
    return git.shallow_ends(repository).isdisjoint(walks.commit_ids(repository, [head, f"^{base}"]))


def _opened(places: Sequence[Path]) -> Repository:
    folders = (place if place.is_dir() else place.parent for place in places)
    found = next(filter(None, (git.open_repository(str(folder)) for folder in folders if folder.is_dir())), None)
    if found is None:
        raise SourceError(f"{str(places[-1])!r} is in no git repository", _NO_REPOSITORY)
    return found
