"""`keyguard report`: a stored JSON report in, any format out."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from keyguard import api
from keyguard.cli import caching, outputs, screen
from keyguard.cli.examples import examples
from keyguard.errors import ReportError


@click.command(
    "report",
    epilog=examples(
        "keyguard scan --report json=scan.json",
        "keyguard report scan.json --format html > scan.html",
        "keyguard report scan.json --report gitlab=gl-secret-detection-report.json",
    ),
)
@click.argument("file", metavar="FILE")
@outputs.options
@click.option("--root", default=".", metavar="DIR", help="The folder that was scanned, for links (default: this one).")
def command(file: str, root: str, **options: Any) -> int:
    """Turn a JSON report into any other format.

    FILE is what `keyguard scan --format json` or jsonl wrote; '-' reads standard input. Values stay masked, also
    those of a report that shows them. The exit code is 0 whatever the report holds.
    """
    from keyguard.report import ReportOptions, stored

    outputs.check(options["reports"])
    outcome, known = stored.read(_content(file), api.load_rules(cache=caching.opened()).rules)
    look = ReportOptions(
        root=str(Path(root).resolve()),
        color=screen.should_color(sys.stdout, never=options["no_color"]),
        width=screen.width(),
        quiet=options["quiet"],
        sarif_suppressed=options["sarif_suppressed"],
        category=options["category"],
        remark=screen.say_note,
    )
    outputs.write(replace(outcome, rules=known), look, options["reports"], options["format"])
    return 0


def _content(file: str) -> bytes:
    from keyguard.report.stored import LARGEST

    if file == "-":
        return b"" if sys.stdin is None else sys.stdin.buffer.read(LARGEST + 1)
    try:
        with Path(file).open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise ReportError(f"the report {file} cannot be read: {error.strerror}.", "Check the path.") from None
