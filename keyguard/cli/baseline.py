"""`keyguard baseline`: record what is found today, decide on each finding, and drop what is gone."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import click

from keyguard.cli import beside, scanning, screen
from keyguard.cli.examples import examples
from keyguard.display import visible
from keyguard.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from keyguard.cli.beside import Seen
    from keyguard.detect.baseline import Entry
    from keyguard.model import Outcome

# What to scan and how is said in the words of `keyguard scan`; its reports and limits have no meaning here.
_OF_SCAN = (
    "paths no_history history_only max_repositories max_depth unreachable no_cache only skip rules config exclude all"
    " max_file_size time_limit jobs min_confidence"
).split()
_FILE_HELP = "The baseline (default: the configuration's, else .keyguard-baseline)."

_Command = Any
"""A command function that click has not wrapped yet."""


def scanning_options(*left_out: str) -> Callable[[_Command], _Command]:
    """Give a command the options of `keyguard scan` that choose what is scanned."""

    def give(function: _Command) -> _Command:
        some = scanning.with_some(*(name for name in _OF_SCAN if name not in left_out))
        return click.option("--baseline", metavar="FILE", help=_FILE_HELP)(some(click.pass_context(function)))

    return give


@click.group(
    "baseline",
    epilog=examples(
        "keyguard baseline create  # accept what is found today",
        "keyguard scan --baseline .keyguard-baseline",
        "keyguard baseline audit  # decide on each finding",
        "keyguard baseline prune  # drop what is gone",
    ),
)
def command() -> None:
    """Record known findings in a file, so that scans report only new ones.

    The file holds hashes of keys and secret keys, which nobody can guess, and nothing of a passphrase. Commit it: moved
    lines, renamed files and new formats do not bring a leak back, a new value does. A practice is known by its rule,
    its file and its line's text, without values: a moved line does not bring it back, another text or file does.
    """


@command.command(
    "create",
    epilog=examples(
        "keyguard baseline create",
        "keyguard baseline create --update  # add what is new since",
        "keyguard baseline create --baseline known.txt src",
    ),
)
@click.option("--update", is_flag=True, help="Add what is new to the baseline that is there; its entries stay.")
@scanning_options()
def create(context: click.Context, /, *, update: bool, **options: Any) -> int:
    """Scan, and write what is found into a baseline.

    What a comment, .keyguardignore or the configuration suppresses is left out.
    """
    from keyguard.detect.baseline import Reach

    seen = beside.see(scanning.request_of(context, options), must_exist=update)
    if seen.exists and not update:
        raise SettingsError(
            f"the baseline {seen.known.shown} is there already.",
            "--update adds what is new to it; `keyguard baseline prune` drops what is gone.",
        )
    entries = seen.known.and_new(seen.findings, seen.session.rules, seen.session.root, seen.outcome.practices)
    beside.write(seen.file, entries)
    new = len(set(entries) - set(seen.known.entries))  # an old entry that its finding outgrew among them
    screen.tell(f"{_count(len(entries), 'finding')} in {seen.known.shown}, {new} of them new.")
    if outside := sum(entry.reach < Reach.TRACKED for entry in entries):
        screen.tell(f"{_count(outside, 'finding')} in untracked or ignored files: reported again once git tracks them.")
    for skipped in seen.outcome.skipped:
        screen.tell(f"Skipped {skipped.what}: {skipped.reason}")
    if entries and not update:
        practised = {practice.rule for practice in seen.outcome.practices}
        holds_leaks = any(entry.rule not in practised for entry in entries)
        screen.tell(next_steps(seen.known.shown, holds_leaks=holds_leaks))
    return 0


def next_steps(file: str, *, holds_leaks: bool) -> str:
    """Say what is to be done with a baseline that was written."""
    return (_REVOKE if holds_leaks else _CHANGE) + _NEXT.format(file=visible(file))


_REVOKE = "\nA credential in the baseline still works: revoke it. Next:\n"

_CHANGE = "\nA practice in the baseline loses a key sooner or later: change it. Next:\n"

_NEXT = """\
  keyguard scan --baseline {file}
    reports what is new alone; `baseline: {file}` in .keyguard.yml has every scan do so
  keyguard baseline audit
    asks of each finding whether it is real"""


@command.command(
    "prune", epilog=examples("keyguard baseline prune --dry-run  # only list them", "keyguard baseline prune")
)
@click.option("--dry-run", is_flag=True, help="List what would be dropped, and write nothing.")
@click.option("--untracked", is_flag=True, help="Drop entries of files that git does not track, too.")
@scanning_options("min_confidence")
def prune(context: click.Context, /, *, dry_run: bool, untracked: bool, **options: Any) -> int:
    """Drop the entries of a baseline whose findings are gone.

    It scans with the options given: give those that `keyguard scan` has in your pipeline. What could not be read, and
    rules that are off, keep their entries; so do files that git does not track, which others may have.
    """
    from keyguard.model import Confidence

    request = scanning.request_of(context, options)
    seen = beside.see(request, must_exist=True, change=lambda s: replace(s, min_confidence=Confidence.LOW))
    if not seen.session.whole:
        raise SettingsError(
            "nothing is dropped: only a part of the tree was scanned.",
            "Run it without a path in the top folder of the repository or, without git, of what you scan.",
        )
    missed = _missed(seen)
    kept = [] if untracked else _outside_git(missed)
    gone = _gone([entry for entry in missed if entry not in kept], seen.outcome)
    _say_unread(seen.outcome)
    if kept:
        screen.tell(f"Kept, as others may have files that git does not track: {len(kept)} (--untracked drops them).")
    for entry in gone.values():
        screen.tell(f"{entry.id[:12]}  {entry.rule}  {entry.path}")
    if gone and not dry_run:
        beside.write(seen.file, [entry for entry in seen.known.entries if entry.id not in gone])
    left = len(seen.known.entries) - len(gone)
    screen.tell(f"{_count(len(gone), 'entry')} {'would be ' if dry_run else ''}dropped, {left} left.")
    return 0


def _missed(seen: Seen) -> list[Entry]:
    """Return the entries of rules that are on whose findings are not there."""
    rules = seen.session.rules
    gone = seen.known.gone(seen.findings, rules, seen.session.root, seen.outcome.practices)
    return [entry for entry in gone if entry.rule in rules.chosen]


def _outside_git(entries: Iterable[Entry]) -> list[Entry]:
    from keyguard.detect.baseline import Reach

    return [entry for entry in entries if entry.reach < Reach.TRACKED]


def _gone(entries: Iterable[Entry], outcome: Outcome) -> dict[str, Entry]:
    """Return by their ids the entries of which nothing can lie in what was not read."""
    unread = [skipped.what for skipped in outcome.skipped]
    return {entry.id: entry for entry in entries if not _may_be_in(entry, unread)}


def _say_unread(outcome: Outcome) -> None:
    for skipped in outcome.skipped:
        screen.tell(f"Skipped {skipped.what}: {skipped.reason}")
    if any(_is_of_history(skipped.what) for skipped in outcome.skipped):
        screen.tell("All entries are kept, as a part of the history was not read; --no-history goes by files only.")


def _may_be_in(entry: Entry, unread: Sequence[str]) -> bool:
    """Say whether what an entry knows may lie in what was not read: any may in the history."""
    paths = {entry.path, *(place.path for place in entry.places)}
    return any(_is_of_history(what) or f"{path}/".startswith(f"{what}/") for path in paths for what in unread)


def _is_of_history(what: str) -> bool:
    return what.startswith("<") or what.rpartition("/")[2].startswith("<")


@command.command(
    "audit",
    epilog=examples("keyguard baseline audit", "keyguard baseline audit --again  # decided ones too"),
)
@click.option("--again", is_flag=True, help="Show findings that were decided on before, too.")
@scanning_options()
def audit(context: click.Context, /, *, again: bool, **options: Any) -> int:
    """Decide on the open findings, one by one, on a terminal.

    Open are those on which nobody has decided, those whose acceptance is over, and new ones. Each decision is written
    at once. A real finding counts in every scan until it is gone, from the history too; a false alarm never counts; one
    that is accepted until a day counts from that day on. Values are never shown. Leaks alone are asked about: practices
    stay in the baseline until they are changed, and `keyguard baseline prune` drops them then.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        raise SettingsError(
            "an audit needs a terminal to ask on.",
            'A decision is three fields of a line in the file: docs/baseline.md, "In a script", names them.',
        )
    from keyguard.cli.audit import Audit

    seen = beside.see(scanning.request_of(context, options), must_exist=True)
    today = datetime.now(tz=timezone.utc).date()
    return Audit(seen, lambda entries: beside.write(seen.file, entries), today, again=again).walk()


def _count(number: int, noun: str) -> str:
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else many}"
