"""`keyguard migrate`: what another scanner's baseline knows is parked in ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keyguard.cli import beside, screen
from keyguard.cli.baseline import next_steps, scanning_options
from keyguard.cli.examples import examples
from keyguard.cli.scanning import request_of
from keyguard.report.phrases import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyguard.detect.baseline.foreign import Known


@click.command(
    "migrate",
    epilog=examples(
        "keyguard migrate --from .gitleaksignore",
        "keyguard migrate --from gitleaks-report.json --from .secrets.baseline",
    ),
)
@click.option(
    "--from", "files", metavar="FILE", multiple=True, required=True, help="A baseline of gitleaks or detect-secrets."
)
@scanning_options()
def command(context: click.Context, /, *, files: Sequence[str], **options: Any) -> int:
    """Scan, and park the findings that a baseline of gitleaks or detect-secrets knows.

    FILE is a .gitleaksignore, a JSON report of gitleaks, or a .secrets.baseline. Of each credential one value has to
    stand where the file says, or have the hash that it says. What the file knows beside that is counted, and left.
    """
    from keyguard.detect.baseline import foreign

    entries: list[Known] = [entry for file in files for entry in foreign.read(Path(file), file)]
    seen = beside.see(request_of(context, options), must_exist=False)
    told, spoken = foreign.known(seen.findings, entries)
    parked = seen.known.and_new(told, seen.session.rules, seen.session.root)
    new = len(set(parked) - set(seen.known.entries))
    if new:
        beside.write(seen.file, parked)
    used = f"{len(spoken):,} of {len(set(entries)):,} entries used"
    screen.tell(f"{count(new, 'finding')} parked in {seen.known.shown}, {used}.")
    if len(set(entries)) > len(spoken):
        screen.tell("Of the others nothing of keyguard's stands there.")
    if others := len(seen.findings) - len(told):
        screen.tell(f"{count(others, 'finding')} that none of them knows: a scan with the baseline shows what is new.")
    if new:
        screen.tell(next_steps(seen.known.shown, holds_leaks=True))
    return 0
