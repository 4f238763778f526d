"""A scan beside a baseline that has no effect on it: what the baseline commands look at; and the file, written."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keyguard import atomic
from keyguard.cli import scanning
from keyguard.errors import SettingsError, SourceError
from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from keyguard import api
    from keyguard.detect.baseline import Baseline, Entry
    from keyguard.model import Finding, Match
    from keyguard.packs import RuleSet
    from keyguard.settings import Settings
    from keyguard.veil import Veil


@dataclass(frozen=True, slots=True)
class Seen:
    """What a scan found, and what the baseline knows."""

    session: api.Session
    outcome: api.Outcome
    file: Path
    known: Baseline
    exists: bool

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found."""
        return self.outcome.findings

    @property
    def matches(self) -> list[Match]:
        """Every value that was found."""
        return [match for finding in self.findings for match in finding.matches]


def see(
    request: api.Request, *, must_exist: bool, change: Callable[[Settings], Settings] = lambda settings: settings
) -> Seen:
    """Read the baseline, then scan as if there were none; `change` has the last word on the settings."""
    from keyguard.detect import baseline
    from keyguard.settings import shown_as

    if request.is_stdin:
        raise click.UsageError("a baseline is made of files, not of standard input.")
    session = scanning.opened(request)
    file = session.settings.baseline or session.root / baseline.FILE
    _check_way(file, session.root)
    exists = os.path.lexists(file)
    known = baseline.load(file, session.root) if exists or must_exist else None
    session = session.using(change(replace(session.settings, baseline=None)))
    outcome = scanning.scan(session)
    for failure in outcome.failures:
        raise SourceError(failure.message, failure.hint, what=failure.what)
    if not outcome.complete:
        raise KeyboardInterrupt
    return Seen(session, outcome, file, known or baseline.Baseline(shown_as(file, session.root)), exists)


def _check_way(file: Path, root: Path) -> None:
    """Refuse a baseline in the scanned tree whose folder is a link of that tree's: it may lead anywhere."""
    links: list[Path] = []
    for folder in Path(os.path.abspath(file)).parents:  # noqa: PTH100 - resolve() would follow them
        if links and folder.exists() and folder.samefile(root):
            raise SettingsError(
                f"the baseline cannot be written to {file}: {links[-1].name} is a symbolic link.",
                "Name the folder that it leads to.",
            )
        if folder.is_symlink():
            links.append(folder)


def write(file: Path, entries: Sequence[Entry]) -> None:
    """Write the baseline at once or not at all; a symbolic link is replaced, and never written through."""
    from keyguard.detect.baseline import written

    try:
        atomic.write(file, written(entries).encode())
    except OSError as error:
        raise SettingsError(f"the baseline cannot be written to {file}: {error.strerror}.") from None


def deciding(
    known: Baseline,
    finding: Finding,
    entries: Sequence[Entry],
    rules: RuleSet,
    veil: Veil,
    *,
    decision: str,
    reason: str = "",
    expires: date | None = None,
) -> Baseline:
    """Return the baseline with a decision in all entries that know the finding, or in a new one."""
    everything = known.entries if entries else known.adding([finding], rules, veil)
    before = set(known.entries)
    ids = {entry.id for entry in entries} or {entry.id for entry in everything if entry not in before}
    changed = tuple(
        replace(entry, decision=decision, reason=reason, expires=expires) if entry.id in ids else entry
        for entry in everything
    )
    return replace(known, entries=changed)
