"""Record `keyguard scan --verify` against the stand-in for OKX: `python -m docs.record_live_check`.

Writes docs/live-check.svg, and the same as text between the marks in docs/live-check.md. Every value is made up, and
masked as in any report.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from keyguard.packs import expand
from tests.fakes.okx import Exchange, Server

_HERE = Path(__file__).parent
_COMMAND = "keyguard scan --verify --yes bot tax"
_WIDTH = 116
_FILES = {
    "bot/.env": "OKX_API_KEY=<api_key:1>\nOKX_SECRET_KEY=<secret_key:1>\nOKX_PASSPHRASE=<passphrase:1>\n",
    "tax/report.json": (
        '{"okx": {"apiKey": "<api_key:2>",\n  "secret": "<secret_key:2>",\n  "password": "<passphrase:2>"}}\n'
    ),
}


def record(folder: Path, *, color: bool) -> str:
    """Run the command in a folder with two leaks, and return what it writes."""
    exchange = Exchange()
    exchange.add("record", 1, perm="read_only,trade,withdraw", label="grid bot", uid="440000000000000001")
    exchange.add("record", 2, perm="read_only", site="eea", label="tax report", uid="440000000000000002")
    for name, text in _FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(expand(text, "record"), "utf-8")
    with Server(exchange, folder).running() as server:
        command = [sys.executable, "-m", "keyguard", *_COMMAND.split()[1:], *server.options]
        env = os.environ | {"FORCE_COLOR": "1" if color else "0", "PYTHONPATH": str(_HERE.parent)}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False, text=True)
    assert done.returncode == 1, done.stderr
    # Where the line is broken behind the host, the indentation has a style of its own.
    blank = r"(?:\s|\x1b\[[\d;]*m)+"
    written = re.sub(rf"\s+at{blank}{server.url.removeprefix('https://')}", "", done.stderr + done.stdout)
    assert "127.0.0.1" not in written  # no page of ours shows where the stand-in was
    return f"$ {_COMMAND}\n{written}"


def draw(recorded: str) -> str:
    """Return coloured text as a picture of a terminal, which loads nothing from elsewhere."""
    console = Console(record=True, width=_WIDTH, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    console.print(Text.from_ansi(recorded), soft_wrap=False)
    svg = console.export_svg(title=_COMMAND, unique_id="keyguard")
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL).replace("Fira Code, monospace", "monospace")


def main() -> None:
    """Write the recording."""
    with tempfile.TemporaryDirectory() as folder:
        coloured, plain = (record(Path(folder), color=color) for color in (True, False))
    (_HERE / "live-check.svg").write_text(draw(coloured), "utf-8")
    page = _HERE / "live-check.md"
    between = re.compile(r"(<!-- recorded by docs/record_live_check.py -->\n).*?(\n<!-- end -->)", re.DOTALL)
    text = between.sub(lambda mark: f"{mark[1]}\n```console\n{plain.rstrip()}\n```\n{mark[2]}", page.read_text("utf-8"))
    page.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
