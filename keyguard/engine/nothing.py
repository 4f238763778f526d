"""What is said of a run that read nothing: it must not look like one that found nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.errors import SourceError
from keyguard.model import Skipped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from keyguard.engine.targets import Request
    from keyguard.model import Outcome


_CHECK_OUT = "check the path and what is excluded; a job has to check the repository out first"


def _has_read(outcome: Outcome) -> bool:
    return bool(outcome.scanned.files or outcome.scanned.blobs)


def failures(outcome: Outcome, request: Request) -> tuple[SourceError, ...]:
    """Return what makes a run fail: its own failures, or that a change or a job was not read as it has to be."""
    if outcome.failures:  # the files of a repository and its history may fail for one reason
        return tuple({failure.message: failure for failure in outcome.failures}.values())
    if request.is_change and outcome.complete and outcome.skipped:
        what = "a part of the change could not" if _has_read(outcome) else "nothing of the change could"
        return (SourceError(f"{what} be read", "the report names it, and says why"),)
    left = unread(outcome, request) if request.must_read else ()
    return (SourceError(f"nothing was read: {left[0].reason}", _CHECK_OUT),) if left else ()


def unread(outcome: Outcome, request: Request) -> tuple[Skipped, ...]:
    """Name the targets of a scan of everything that read nothing: it must not look like one that found nothing."""
    is_empty = not (_has_read(outcome) or outcome.scanned.commits)
    if request.is_change or not outcome.complete or outcome.failures or not is_empty:
        return ()
    if outcome.skipped:
        return outcome.skipped
    left_out = ", ".join(f"{count:,} {what}" for what, count in outcome.scanned.left_out)
    reason = f"all that is there was left out: {left_out}" if left_out else "there is nothing in it that could be read"
    return tuple(Skipped(path, reason) for path in request.paths)


def notices(outcome: Outcome, request: Request, touched: Collection[str]) -> Iterator[str]:
    """Say that there was nothing to scan: a hook that reads nothing must not look like one that found nothing."""
    if request.is_stdin and outcome.complete and not (outcome.scanned.bytes or outcome.skipped):
        yield "Standard input was empty: there was nothing to scan."
    if not request.is_change or _has_read(outcome) or outcome.scanned.commits or outcome.skipped:
        return
    if request.is_range:
        yield "The range holds no commits: there was nothing to scan."
    elif outcome.scanned.left_out:
        yield "All that is staged is left out."
    elif touched:
        yield "What is staged removes files alone: there was nothing to scan."
    else:
        yield "Nothing is staged: there was nothing to scan."
