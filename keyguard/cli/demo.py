"""`keyguard demo`: write a small trading bot that leaks made-up credentials, and scan it."""

from __future__ import annotations

import secrets
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keyguard import atomic
from keyguard.cli.examples import examples
from keyguard.display import visible
from keyguard.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUFFIX = ".tmpl"  # so that no tool takes a template for what it will be
_FOLDER = "keyguard-demo"


@click.command("demo", epilog=examples("keyguard demo", "keyguard demo /tmp/bot  # into this folder"))
@click.argument("folder", metavar="[DIR]", default=_FOLDER)
@click.option("--no-color", is_flag=True, help="Write no colours; NO_COLOR=1 does the same.")
def command(folder: str, *, no_color: bool) -> int:
    """Write a small bot project with made-up credentials into DIR (default: keyguard-demo), and scan it.

    The exit code is 0 although there are findings: they are what the demo is for.
    """
    from keyguard.api import Request
    from keyguard.cli import screen
    from keyguard.cli.scan import Wishes, run

    _write(Path(folder), secrets.token_hex(8))
    named = visible(folder)
    screen.tell(f"A trading bot was written to {named}; every credential in it is made up.\n\n$ keyguard scan {named}")
    screen.flush()
    code = run(Request(paths=(folder,), history=False), Wishes(no_color=no_color))
    if code > 1:
        return code
    screen.tell(_next(folder))
    return 0


_NEXT = {
    "scan --format json": "everything that is known of each finding",
    "explain okx-credential": "why it matters and how to fix it",
    "scan --report sarif=out.sarif": "for code scanning, beside the text",
}


def _next(folder: str) -> str:
    """Say what can be typed next, as it can be typed: a keyguard that is in no folder of the path goes by its own."""
    from keyguard.cli.hook import called

    program = shlex.quote(called())
    width = max(map(len, _NEXT))
    lines = [f"{program} {words:{width}}  {purpose}" for words, purpose in _NEXT.items()]
    steps = "".join(f"\n  {visible(line)}" for line in (f"cd {shlex.quote(folder)}", *lines))
    return "\n(keyguard scan ends with exit code 1 when it finds something; the demo ends with 0.)\n\nTry next:" + steps


def _write(folder: Path, seed: str) -> None:
    """Write every file of the project with its marks filled; never into a folder that holds something."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise SourceError(f"the folder {folder} is not empty.", "Name a new one: keyguard demo DIR")
        for path, text in _files(seed):
            with atomic.writing(folder / path, within=folder, fresh=True) as stream:
                stream.write(text.encode())
    except OSError as error:
        raise SourceError(f"the demo cannot be written to {folder}: {error.strerror}.") from None


def _files(seed: str) -> Iterator[tuple[Path, str]]:
    from keyguard.packs import expand

    templates = Path(__file__).parent.parent / "demo"
    for template in sorted(templates.rglob(f"*{_SUFFIX}")):
        path = template.relative_to(templates)
        yield path.with_name(path.name.removesuffix(_SUFFIX)), expand(template.read_text("utf-8"), seed)
