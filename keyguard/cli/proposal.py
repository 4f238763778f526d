"""Planned changes of files: shown as differences, agreed to, and written."""

from __future__ import annotations

import difflib
import sys
from typing import TYPE_CHECKING

import click

from keyguard.cli import screen
from keyguard.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keyguard.cli.setup.plan import Change, Plan

_LINES = 60  # of one difference; the baseline of a repository with a long past has a line for each finding


def show(plan: Plan, veiled: Callable[[str], str] = str, context: int = 3) -> None:
    """Show each change, and what is to be said of files that are left alone.

    The lines around a change are somebody's: `veiled` masks the values that were found in them.
    """
    for change in plan.changes:
        screen.tell()
        _show_change(change, veiled, context)
    for remark in plan.remarks:
        screen.tell(f"\n{remark}")


def _show_change(change: Change, veiled: Callable[[str], str], context: int) -> None:
    before, after = (change.before or "").splitlines(), change.after.splitlines()
    names = "/dev/null" if change.before is None else f"a/{change.name}", f"b/{change.name}"
    color = screen.should_color(sys.stdout)
    lines = list(difflib.unified_diff(before, after, *names, n=context, lineterm=""))
    for line in lines[:_LINES]:
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1]) if color else None
        screen.tell(veiled(line), style=style, color=color)
    if len(lines) > _LINES:
        screen.tell(f"... and {len(lines) - _LINES} more lines")


def settle(plan: Plan, *, yes: bool, dry_run: bool, none: str, remark: str = "") -> bool:
    """Ask, write what is agreed to, and tell whether it is; `remark` is said in the question, `none` without one."""
    if not plan.changes:
        screen.tell(f"\n{none}")
    elif dry_run:
        screen.tell("\nNothing is written, as this is a dry run.")
    elif yes or _agreed(len(plan.changes), remark):
        _write(plan.changes)
        return True
    else:
        screen.tell("Nothing is written.")
    return False


def _agreed(count: int, remark: str) -> bool:
    if sys.stdin is None or not sys.stdin.isatty():
        raise SettingsError("there is no terminal to ask on, so nothing is written.", "--yes writes without asking.")
    return click.confirm(f"\nWrite {'this file' if count == 1 else f'these {count} files'}{remark}?")


def _write(changes: Sequence[Change]) -> None:
    """Write the files, and say which are written even if there is trouble with a later one."""
    written = []
    try:
        for change in changes:
            change.write()
            written.append(change.name)
    finally:
        if written:
            screen.tell(f"\nWritten: {', '.join(written)}.")
