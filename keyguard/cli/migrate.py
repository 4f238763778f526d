"""`keyguard migrate`: what another scanner's baseline knows is recorded in ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keyguard.cli import beside, screen
from keyguard.cli.baseline import next_steps, scanning_options
from keyguard.cli.examples import examples
from keyguard.cli.scanning import request_of
from keyguard.report.phrases import count
from keyguard.veil import covered, named, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyguard.detect.baseline.foreign import Known

_CONFIGURATION = ".toml"


@click.command(
    "migrate",
    epilog=examples(
        "keyguard migrate --from .gitleaksignore",
        "keyguard migrate --from gitleaks-report.json --from .secrets.baseline",
        "keyguard migrate --from .gitleaks.toml",
    ),
)
@click.option(
    "--from",
    "files",
    metavar="FILE",
    multiple=True,
    required=True,
    help="A baseline or a configuration of gitleaks, or a baseline of detect-secrets.",
)
@scanning_options()
def command(context: click.Context, /, *, files: Sequence[str], **options: Any) -> int:
    """Scan, and record the findings that a baseline of gitleaks or detect-secrets knows.

    FILE is a .gitleaksignore, a JSON report of gitleaks, or a .secrets.baseline. Of each credential one value has to
    stand where the file says, or have the hash that it says. What the file knows beside that is counted, and left.

    Of a .gitleaks.toml the paths that its allowlists leave out are shown as patterns for our configuration.
    """
    baselines = _without_configurations(files)
    return _park(context, baselines, options) if baselines else 0


def _without_configurations(files: Sequence[str]) -> list[str]:
    for file in files:
        if file.endswith(_CONFIGURATION):
            _show(file)
    return [file for file in files if not file.endswith(_CONFIGURATION)]


def _park(context: click.Context, files: Sequence[str], options: dict[str, Any]) -> int:
    """Record what baselines of other scanners know."""
    from keyguard.detect.baseline import foreign

    entries: list[Known] = [entry for file in files for entry in foreign.read(Path(file), file)]
    seen = beside.see(request_of(context, options), must_exist=False)
    matching, used_entries = foreign.known(seen.findings, entries)
    recorded = seen.known.and_new(matching, seen.session.rules, seen.session.root)
    new = len(set(recorded) - set(seen.known.entries))
    if new:
        beside.write(seen.file, recorded)
    used = f"{len(used_entries):,} of {len(set(entries)):,} entries used"
    screen.tell(f"{count(new, 'finding')} recorded in {seen.known.shown}, {used}.")
    if len(set(entries)) > len(used_entries):
        screen.tell("Of the others nothing of keyguard's stands there.")
    if others := len(seen.findings) - len(matching):
        screen.tell(f"{count(others, 'finding')} that none of them knows: a scan with the baseline shows what is new.")
    if new:
        screen.tell(next_steps(seen.known.shown, holds_leaks=True))
    return 0


def _show(file: str) -> None:
    """Show what a configuration of gitleaks leaves out, and say what of it is nothing of ours."""
    from keyguard.detect.baseline import allowlist, foreign

    allowlists = allowlist.read(foreign.text(Path(file), file), file)
    if allowlists.patterns:
        screen.tell(f"What {named(file)} leaves out, for .keyguard.yml:\n\nexclude:")
        for pattern in allowlists.patterns:
            screen.tell(f"  - {json.dumps(named(covered(pattern)), ensure_ascii=False)}")
        screen.tell()
    else:
        screen.tell(f"{named(file)} leaves out no path that a pattern can name.")
    for expression in allowlists.left:
        screen.tell(f"Not said by a pattern of gitignore: {quoted(expression)}")
    if allowlists.others:
        listed = ", ".join(f"{name}: {number:,}" for name, number in allowlists.others)
        screen.tell(f"Left, since it is about findings of gitleaks' own: {listed}.")
