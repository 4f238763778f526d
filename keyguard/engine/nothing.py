"""What is said of a run that read nothing: it must not look like one that found nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard.errors import SourceError
from keyguard.model import CHANGE, Skipped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from keyguard.engine.targets import Request
    from keyguard.model import Outcome
    from keyguard.settings import Settings
    from keyguard.sources import Source


_CHECK_OUT = "check the path and what is excluded; a job has to check the repository out first"
_FIX = "a job fails by a repository that is not read: fix it, or exclude its path"
_EVERYTHING = "exclude what need not be read, and leave the rest: nothing in this repository is ever read"
_ITSELF = "leave it out of what it excludes; a job takes it from the base branch (--config-from)"
_SETTLE = (
    "fix it, exclude its path, or leave the history out (--no-history); of what a partial clone lacks fetch all, "
    "without a filter"
)
_BARREN = "nothing in it was read: it is empty, or all that it holds was left out"


def failures(
    outcome: Outcome, request: Request, settings: Settings, sources: Collection[Source]
) -> tuple[SourceError, ...]:
    """Return what makes a run fail: its own failures, or that a change or a job was not read as it has to be.

    What was excluded before a change is a decision, unless it leaves nothing of the repository; a change whose own
    configuration excludes all of it decides nothing.
    """
    aside = _repositories(outcome) if request.must_read and not request.is_change else ()
    if found := (*outcome.failures, *aside):  # the files of a repository and its history may fail for one reason
        return tuple({failure.message: failure for failure in found}.values())
    if request.is_change:
        if not outcome.complete:
            return ()
        if all(one.is_chosen for one in outcome.skipped):
            return _excluded(outcome, settings, sources)
        what = "a part of the change could not" if outcome.scanned.is_anything else "nothing of the change could"
        return (SourceError(f"{what} be read", "the report names it, and says why"),)
    return tuple(_of_job(outcome, request)) if request.must_read else ()


def _of_job(outcome: Outcome, request: Request) -> Iterator[SourceError]:
    """Say that a job read nothing, or not all: what it reports would be taken for all that there is."""
    parts = [one for one in outcome.skipped if not one.is_chosen] if outcome.complete else []
    if left := unread(outcome, request):
        yield SourceError(f"nothing was read: {left[0].reason}", _CHECK_OUT)
    elif parts:
        more = f"; the report names {len(parts) - 1:,} more" if len(parts) > 1 else ""
        yield SourceError(f"not all was read: {parts[0].what}: {parts[0].reason}{more}", _SETTLE)


def _excluded(outcome: Outcome, settings: Settings, sources: Collection[Source]) -> tuple[SourceError, ...]:
    """Fail a change of which nothing was read since it excludes itself, or since everything is excluded."""
    if outcome.scanned.is_anything or "excluded paths" not in dict(outcome.scanned.left_out):
        return ()
    message, touched = "nothing of the change could be read:", {path for source in sources for path in source.touched}
    if settings.copy is None and "exclude" in settings.configured and settings.config in touched:
        return (SourceError(f"{message} it is excluded by {settings.config}, which comes with it", _ITSELF),)
    if any(source.excludes_all() for source in sources):
        return (SourceError(f"{message} all of the repository is excluded", _EVERYTHING),)
    return ()


def _repositories(outcome: Outcome) -> tuple[SourceError, ...]:
    """Name the repositories that were not read."""
    unread = (one for one in outcome.skipped if one.is_repository)
    return tuple(SourceError(f"{one.what!r} was not read: {one.reason}", _FIX, what=one.what) for one in unread)


def unread(outcome: Outcome, request: Request, wanted: Collection[str] = ()) -> tuple[Skipped, ...]:
    """Name the targets, or the change, of which nothing was read: that must not look like one that found nothing.

    `wanted` has the targets by their places below the scan's root, where a report looks for them.
    """
    if not outcome.complete or outcome.failures or outcome.scanned.is_anything:
        return ()
    if request.is_change:
        return _unread_change(outcome)
    if outcome.skipped:
        return outcome.skipped
    if outcome.scanned.left_out:
        reason = _left_out(outcome)
    elif outcome.scanned.commits:  # none of which brought any file
        return ()
    else:
        reason = "there is nothing in it that could be read"
    return tuple(Skipped(path, reason) for path in sorted({*wanted} - {"."}) or request.paths)


def _unread_change(outcome: Outcome) -> tuple[Skipped, ...]:
    is_left_out = outcome.scanned.left_out and all(one.is_chosen for one in outcome.skipped)
    return (Skipped(CHANGE, _left_out(outcome)),) if is_left_out else ()


def _left_out(outcome: Outcome) -> str:
    return f"all that is there was left out: {outcome.scanned.left_out_by_kind}"


# One of several targets, or of several repositories


def places(request: Request, root: Path) -> frozenset[str]:
    """Return where the targets lie below the root, by paths as those of blobs; none where no file is asked for."""
    from keyguard.sources.files import location

    if request.is_change or request.is_stdin or not request.files:
        return frozenset()
    top = os.path.realpath(root)
    found = (os.path.realpath(path) if Path(path).is_dir() else location(path) for path in request.paths)
    return frozenset(os.path.relpath(place, top).replace(os.sep, "/") for place in found)


def named(outcome: Outcome, request: Request, wanted: Collection[str]) -> Outcome:
    """Return the outcome with those of several targets named of which nothing was read, and failed in a job."""
    is_told = not outcome.skipped and unread(outcome, request)  # of all of them
    return outcome if len(request.paths) < 2 or is_told else _named(outcome, request, wanted)


def _named(outcome: Outcome, request: Request, wanted: Collection[str]) -> Outcome:
    if not outcome.complete or outcome.failures:
        return outcome
    left = [place for place in sorted(wanted) if not _holds(place, outcome.read_in)]
    known = [skipped.what for skipped in outcome.skipped]
    unread = [Skipped(place, _BARREN) for place in left if not _holds(place, known)]
    return _with(outcome, unread, f"nothing of {_listed(left)} was read" if left and request.must_read else "")


def repository(outcome: Outcome, request: Request, wanted: Collection[str], *, is_target: bool) -> Outcome:
    """Return what came of one of several repositories, with itself named when all that it holds was left out.

    An empty one matters only to whoever named it.
    """
    if not outcome.complete or outcome.failures or "." not in wanted or outcome.scanned.is_anything:
        return _named(outcome, request, {*wanted} - {"."})
    if outcome.scanned.left_out:
        reason = _left_out(outcome)
    elif is_target and not outcome.scanned.commits:
        reason = _BARREN
    else:
        return outcome
    skipped = [] if outcome.skipped else [Skipped(".", reason)]
    return _with(outcome, skipped, f"nothing was read: {reason}" if request.must_read else "")


def _with(outcome: Outcome, skipped: list[Skipped], failure: str) -> Outcome:
    failures = (SourceError(failure, _CHECK_OUT),) if failure else ()
    return replace(outcome, skipped=(*outcome.skipped, *skipped), failures=failures, failed=bool(failures))


def _listed(places: list[str]) -> str:
    return f"{places[0]}{f' and {len(places) - 1:,} more' if len(places) > 1 else ''}"


def _holds(place: str, paths: Collection[str]) -> bool:
    """Say whether any of some paths is or lies below a place."""
    return any(place == "." or f"{path}/".startswith(f"{place}/") for path in paths)


# What is remarked


def notices(outcome: Outcome, request: Request, touched: Collection[str]) -> Iterator[str]:
    """Say that there was nothing to scan: a hook that reads nothing must not look like one that found nothing."""
    if request.is_stdin and outcome.complete and not (outcome.scanned.bytes or outcome.skipped):
        yield "Standard input was empty: there was nothing to scan."
    if request.is_change and not (outcome.scanned.is_anything or outcome.skipped):
        yield from _of_change(outcome, request, touched)


def _of_change(outcome: Outcome, request: Request, touched: Collection[str]) -> Iterator[str]:
    if outcome.scanned.left_out:
        yield f"All that {'the commits change' if request.is_range else 'is staged'} is left out."
    elif outcome.scanned.commits:
        if touched:
            yield "The commits remove files alone: there was nothing to scan but their messages."
    elif request.is_range:
        yield "The range holds no commits: there was nothing to scan."
    elif touched:
        yield "What is staged removes files alone: there was nothing to scan."
    else:
        yield "Nothing is staged: there was nothing to scan."
