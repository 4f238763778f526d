"""What a page shows as output is what the commands write, but for masks, times, dates and ids; `...` leaves lines out.

After a change that is meant, KEYGUARD_WRITE_GOLDEN=1 has the pages say what is written now.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keyguard.packs import expand
from tests.fakes.okx import Exchange, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_BLOCK = re.compile(r"(?m)^```console\n(.*?)^```$", re.DOTALL)
_CHANGES = (
    (r"(?m) +$", ""),  # git ends the lines of a server with blanks
    (r"\b[0-9A-Fa-f]{4}\*{8}", "####********"),
    (r"\b\d+\.\d s\b", "# s"),
    (r"\b\d[\d.,]* k?B\b", "# B"),  # made-up passphrases differ in length
    (r"\b20\d\d-\d\d-\d\d(?:T[\d:]+Z)?", "#day"),
    (r"\b[0-9a-f]{10}\b", "#commit"),
)
_LEAK = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"
BLOCKS = [(page, found[1]) for page in PAGES for found in _BLOCK.finditer(page.read_text("utf-8"))]


def plain(text: str) -> str:
    """Return a text without what differs from one run to the next."""
    for pattern, stands_for in _CHANGES:
        text = re.sub(pattern, stands_for, text)
    return text


def agrees(shown: str, written: str) -> bool:
    """Tell whether an output is what a page shows."""
    lines = (r"(?:.*\n)*" if line == "..." else f"{re.escape(line)}\n" for line in plain(shown).splitlines())
    return re.fullmatch("".join(lines), plain(written)) is not None


def session(shown: str) -> Iterator[tuple[str, str]]:
    """Return the commands of a block, each with its output."""
    for part in re.split(r"(?m)^\$ ", shown)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


@dataclass
class Terminal:
    """A shell in a folder, as the reader of a page has it."""

    folder: Path
    environment: dict[str, str]

    def types(self, *commands: str) -> list[str]:
        """Return what each command writes, on both streams."""
        script = "".join(f"{command}\ncode=$?; printf '\\0'; (exit $code)\n" for command in commands)
        done = subprocess.run(
            ["/usr/bin/env", "bash", "-c", script],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return done.stdout.decode("utf-8").split("\0")[:-1]

    def write(self, name: str, text: str, seed: str = "page") -> None:
        (self.folder / name).write_text(expand(text, seed), "utf-8")


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    (tmp_path / "home").mkdir()
    (tmp_path / "work").mkdir()
    programs = Path(sys.executable).parent
    named = {f"GIT_{who}_{what}": "A" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    more = {"HOME": str(tmp_path / "home"), "GIT_CONFIG_NOSYSTEM": "1", "PATH": path, "COLUMNS": "100"}
    return Terminal(tmp_path / "work", {**os.environ, **named, **more})


def demo(terminal: Terminal) -> None:
    terminal.types("keyguard demo")


def in_the_demo(terminal: Terminal) -> None:
    demo(terminal)
    terminal.folder /= "keyguard-demo"


def with_a_past(terminal: Terminal) -> None:
    terminal.types("git init --quiet --initial-branch=master")
    terminal.write("conf.env", "OKX_API_KEY=<api_key>\n")
    terminal.types("git add . && git commit --quiet -m one")
    terminal.write("conf.env", "OKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n")
    terminal.types("git commit --quiet -am two && git rm --quiet conf.env && git commit --quiet -m three")


def with_a_wrong_key(terminal: Terminal) -> None:
    terminal.write(".keyguard.yml", "fial_on: medium\n")


def with_a_hook(terminal: Terminal) -> None:
    terminal.types("git init --quiet", "keyguard hook install")
    terminal.write(".env", _LEAK)
    terminal.types("git add --force .env")


def with_a_pushed_hook(terminal: Terminal) -> None:
    """The page shows what the last of the commands before it writes; tests/test_doc_commands.py types all of them."""
    terminal.types("git init --quiet --bare server.git", "keyguard hook install -C server.git", "git init --quiet bot")
    terminal.folder /= "bot"
    terminal.types("git remote add origin ../server.git", "git switch --quiet -c try-the-hook", "keyguard demo try-it")
    terminal.types("git add --force try-it", "git commit --quiet --no-verify -m 'Try the hook'")


def with_tools(terminal: Terminal) -> None:
    """Fill the home of the terminal, whose files are its own alone."""
    home = terminal.folder.parent / "home"
    profile = "".join(f'{name} = "<{name}>"\n' for name in ("api_key", "secret_key", "passphrase"))
    variables = {"OKX_API_KEY": "<api_key>", "OKX_SECRET_KEY": "<secret_key>", "OKX_PASSPHRASE": "<passphrase>"}
    settings = {"mcpServers": {"okx-trade": {"command": "okx-trade-mcp", "env": variables}}}
    texts = {
        ".okx/config.toml": f'default_profile = "live"\n\n[profiles.live]\n{profile}',
        ".cursor/mcp.json": json.dumps(settings, indent=2),
        ".bash_history": re.sub(
            ">", ":2>", "okx config add-profile AK=<api_key> SK=<secret_key> PP=<passphrase> name=live\n"
        ),
    }
    for name, text in texts.items():
        file = home / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(expand(text, "page"), "utf-8")
        file.chmod(0o600)


def with_a_key_in_use(terminal: Terminal) -> None:
    with_tools(terminal)
    terminal.types("git init --quiet --initial-branch=master")
    terminal.write(".env", _LEAK)
    (terminal.folder / ".github/workflows").mkdir(parents=True)
    pipeline = "jobs:\n  run:\n    env:\n      OKX_API_KEY: ${{ secrets.OKX_API_KEY }}\n"
    (terminal.folder / ".github/workflows/run.yml").write_text(pipeline, "utf-8")
    terminal.types("git add . && git commit --quiet -m one")


def nothing(_: Terminal) -> None:
    """Take the folder as it is."""


_PUSH = "git push --no-verify origin try-the-hook"
_SETTINGS: dict[str, Callable[[Terminal], None]] = {
    "keyguard scan --quiet keyguard-demo": demo,
    "keyguard scan --quiet keyguard-demo/.okx keyguard-demo/grid": demo,
    "keyguard scan nowhere keyguard-demo/bot.py": demo,
    "keyguard scan": with_a_past,
    "keyguard baseline create": in_the_demo,
    "keyguard rules list": nothing,
    "keyguard doctor": with_tools,
    "keyguard doctor --quiet": with_tools,
    "keyguard rotate 6f68": with_a_key_in_use,
    "keyguard explain okx-tls-off": nothing,
    "keyguard scan keyguard-demo/grid": demo,
    'git commit -m "bot settings"': with_a_hook,
    _PUSH: with_a_pushed_hook,
}
# Those that ask: the stand-in for OKX is named behind the command.
_ASKING = ("keyguard verify --from env --yes", "keyguard scan --verify --yes bot tax")


def _name(page: Path, shown: str) -> str:
    return f"{page.name}: {next(session(shown), (_PUSH,))[0]}"


@pytest.mark.parametrize(("page", "shown"), BLOCKS, ids=[_name(*one) for one in BLOCKS])
def test_a_page_shows_what_is_written(page: Path, shown: str, terminal: Terminal, tmp_path: Path) -> None:
    parts = list(session(shown)) or [(_PUSH, shown)]
    first = parts[0][0]
    if first in _ASKING:
        written = _asked(terminal, tmp_path, parts)
    else:
        setting = with_a_wrong_key if "fial_on" in shown else _SETTINGS[first]
        setting(terminal)
        written = terminal.types(*(command for command, _ in parts))
    wrong = [text for (_, output), text in zip(parts, written, strict=True) if not agrees(output, text)]
    if wrong and os.environ.get("KEYGUARD_WRITE_GOLDEN") and "..." not in shown:
        new = "".join(f"$ {command}\n{output}" for (command, _), output in zip(parts, written, strict=True))
        page.write_text(page.read_text("utf-8").replace(shown, new), "utf-8")
    assert wrong == []


def _asked(terminal: Terminal, tmp_path: Path, parts: list[tuple[str, str]]) -> list[str]:
    """Type the commands of a block that asks the stand-in, whose address is left out of what is written."""
    exchange = Exchange()
    exchange.add("record", 1, perm="read_only,trade,withdraw", label="grid bot", uid="440000000000000001")
    exchange.add("record", 2, perm="read_only", site="eea", label="tax report", uid="440000000000000002")
    for folder, number in (("bot", 1), ("tax", 2)):
        (terminal.folder / folder).mkdir()
        name = "bot/.env" if folder == "bot" else "tax/report.json"
        as_json = '{"okx": {"apiKey": "<api_key>",\n  "secret": "<secret_key>",\n  "password": "<passphrase>"}}\n'
        terminal.write(name, re.sub(r">", f":{number}>", _LEAK if folder == "bot" else as_json), "record")
    for line in expand(re.sub(">", ":2>", _LEAK), "record").splitlines():
        name, _, value = line.partition("=")
        terminal.environment[name] = value
    (tmp_path / "okx").mkdir()
    with Server(exchange, tmp_path / "okx").running() as server:
        (first, _), *others = parts
        written = terminal.types(f"{first} {shlex.join(server.options)}", *(command for command, _ in others))
    return [re.sub(rf"\s+at\s+{server.url.removeprefix('https://')}", "", text) for text in written]


def test_what_differs_in_more_than_a_mask_or_a_time_does_not_agree() -> None:
    assert agrees("  a.env:1:2  2EA0********  0.2 s\n", "  a.env:1:2  9F00********  1.5 s\n")
    assert agrees("one\n...\nlast\n", "one\ntwo\nthree\nlast\n")
    assert not agrees("  a.env:1:2  2EA0********\n", "  a.env:1:3  2EA0********\n")
    assert not agrees("one\n", "one\ntwo\n")
    assert not agrees("one\n...\n", "two\n")
