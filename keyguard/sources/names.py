"""What is passed over of what git holds; patterns, and amounts for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.sources.made import may_be_made, why_left_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pathspec import GitIgnoreSpec

    from keyguard.sources.made import Listing


def left_out(path: str, exclude: GitIgnoreSpec | None, tree: Callable[[], Listing] | None, *, of: str) -> str:
    """Say why a file that git holds is not read, as it is counted in reports; nothing when it is.

    `tree` gives what else there is, for what `of`, the path in the repository, may be a tool's work; None: all is read.
    """
    if exclude is not None and exclude.match_file(path):
        return "excluded paths"
    if tree is None or not may_be_made(of):
        return ""
    return why_left_out(of, tree())


def patterns(lines: Iterable[str]) -> GitIgnoreSpec:
    """Make one test of gitignore patterns."""
    from pathspec import GitIgnoreSpec  # 30 ms, and most scans exclude nothing

    return GitIgnoreSpec.from_lines(lines, backend="simple")  # the others refuse names that are not UTF-8


def amount(size: int) -> str:
    """Write a number of bytes for people."""
    if size < 1024:
        return f"{size} bytes"
    rest, units = size / 1024, iter(("KB", "MB", "GB", "TB"))
    unit = next(units)
    while rest >= 1024 and unit != "TB":
        rest, unit = rest / 1024, next(units)
    return f"{rest:.1f} {unit}" if rest < 10 else f"{rest:.0f} {unit}"
