"""Made-up homes: a file at every place of the table, each with a credential in the form of its kind of file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from keyguard.doctor.places import PROJECT, Layout, table
from tests.cli.conftest import put

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = ("OKX_API_KEY", "OKX_SECRET_KEY", "OKX_PASSPHRASE")
_VALUES = ("<api_key>", "<secret_key>", "<passphrase>")
_PAIRS = dict(zip(_NAMES, _VALUES, strict=True))
_LINES = "".join(f"export {name}={value}\n" for name, value in _PAIRS.items())


def text(name: str) -> str:
    """Return a text that holds a credential, as files of that name hold one."""
    forms = {
        "json": json.dumps({"okx": {"env": _PAIRS}}, indent=2),
        "jsonl": json.dumps({"role": "user", "content": _LINES}) + "\n",
        "toml": "[mcp_servers.okx.env]\n" + "".join(f'{name} = "{value}"\n' for name, value in _PAIRS.items()),
        "yml": "okx:\n  api_key: <api_key>\n  secret_key: <secret_key>\n  passphrase: '<passphrase>'\n",
        "ps1": "".join(f'$env:{name} = "{value}"\n' for name, value in _PAIRS.items()),
        "plist": "<dict>\n" + "".join(f"<key>{n}</key><string>{v}</string>\n" for n, v in _PAIRS.items()) + "</dict>\n",
        "csv": f"Name,Exchange,API Key,API Secret,api_passphrase\nbot,OKX,{','.join(_VALUES)}\n",
    }
    return forms.get(name.rpartition(".")[2], _LINES)


def example(pattern: str) -> str:
    """Return a path that fits a pattern."""
    return pattern.replace("**/", "one/two/").replace("**", "one/two").replace("*", "x")


def filled(layout: Layout, project: Path) -> dict[str, str]:
    """Write a file at every place of the table, and return the tool of each by its path."""
    made: dict[str, str] = {}
    for row in table():
        for pattern in row.patterns(layout.system):
            start, rest = (
                (project, pattern.removeprefix(f"{PROJECT}/"))
                if pattern.startswith(f"{PROJECT}/")
                else layout.resolved(pattern, row)
            )
            file = start / example(rest)
            if str(file) not in made and not file.exists():
                put(file, text(file.name), seed=str(len(made)))
                made[str(file)] = row.tool
    return made
