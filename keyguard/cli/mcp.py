"""`keyguard mcp`: the scanner as tools of an agent, over the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path

import click

from keyguard.cli.examples import examples
from keyguard.errors import RequestError
from keyguard.veil import quoted


@click.command(
    "mcp",
    epilog=examples(
        "keyguard mcp",
        "keyguard mcp --root ~/bot  # nothing else is read",
    ),
)
@click.option(
    "--root",
    "limits",
    multiple=True,
    metavar="DIR",
    help="Read nothing outside of it.",
)
def command(limits: tuple[str, ...]) -> int:
    """Serve an agent: scan texts and files, explain rules.

    It speaks the Model Context Protocol on standard input and output, and an agent starts it. Files are read below the
    roots that the agent names alone, or in the current folder where it names none. Values are masked, and
    nothing goes over the network. It needs the extra 'mcp'.
    """
    from keyguard.servers import mcp

    if missing := [folder for folder in limits if not Path(folder).is_dir()]:
        raise RequestError(f"{quoted(missing[0])} is no folder")
    mcp.serve([str(Path(folder).resolve()) for folder in limits])
    return 0
