"""Several accounts in one file are told apart: in any notation each is one finding, and none holds parts of two.

Two files of each notation in CI, a thousand in all with KEYGUARD_TEST_ALL=1.
"""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from keyguard.detect.values import looks_made_up
from keyguard.packs import expand
from tests.cases import Values, found

if TYPE_CHECKING:
    from pathlib import Path

_FILES = 42 if os.environ.get("KEYGUARD_TEST_ALL") else 2
_PEOPLE = ("alice", "bob", "main", "hedge", "grid", "sub1", "desk", "ops")
_PARTS = ("api_key", "secret_key", "passphrase")

# A file's name, what stands before the accounts, each account, what stands between, and behind them.
_NOTATIONS: dict[str, tuple[str, str, str, str, str]] = {
    "numbers": (".env", "", "OKX_API_KEY_{i}={k}\nOKX_SECRET_KEY_{i}={s}\nOKX_PASSPHRASE_{i}={p}", "\n", "\n"),
    "names": (".env", "", "OKX_{N}_API_KEY={k}\nOKX_{N}_SECRET={s}\nOKX_{N}_PASSPHRASE={p}", "\n\n", "\n"),
    "JSON list": (
        "accounts.json",
        '{"exchange": "okx", "accounts": [\n',
        '{"name": "{n}", "apiKey": "{k}", "secretKey": "{s}", "passphrase": "{p}"}',
        ",\n",
        "]}\n",
    ),
    "JSON mapping": ("okx.json", "{\n", '"{n}": {"key": "{k}", "secret": "{s}", "passphrase": "{p}"}', ",\n", "}\n"),
    "YAML mapping": (
        "okx.yml",
        "okx:\n",
        "  {n}:\n    api_key: {k}\n    api_secret: {s}\n    passphrase: '{p}'",
        "\n",
        "\n",
    ),
    "YAML list": (
        "okx.yml",
        "okx_accounts:\n",
        "  - name: {n}\n    key: {k}\n    secret: {s}\n    passphrase: '{p}'",
        "\n",
        "\n",
    ),
    "INI": (
        "okx.ini",
        "",
        "[{n}]\nexchange = okx\napi_key = {k}\nsecret_key = {s}\npassphrase = {p}",
        "\n\n",
        "\n",
    ),
    "TOML": (
        "okx.toml",
        "",
        '[okx.{n}]\napi_key = "{k}"\nsecret_key = "{s}"\npassphrase = "{p}"',
        "\n\n",
        "\n",
    ),
    "dict": ("c.py", "OKX = {\n", "'{n}': dict(api_key='{k}', secret='{s}', passphrase='{p}'),", "\n", "\n}\n"),
    "tuples": ("c.py", "import okx.Account\nKEYS = [\n", "    ('{n}', '{k}', '{s}', '{p}'),", "\n", "\n]\n"),
    "rows": ("okx.txt", "", "{k}:{s}:{p}", "\n", "\n"),
    "rows with a header": ("okx.txt", "name | key | secret | pass\n", "{n} | {k} | {s} | {p}", "\n", "\n"),
    "CSV": ("okx.csv", "name,api_key,secret_key,passphrase\n", "{n},{k},{s},{p}", "\n", "\n"),
    "constructors": (
        "bots.py",
        "import okx.Trade as Trade\n",
        "{n} = Trade.TradeAPI('{k}', '{s}', '{p}', False, '0')",
        "\n",
        "\n",
    ),
    "options": (
        "bots.js",
        "",
        "const {n} = new ccxt.okx({ apiKey: '{k}', secret: '{s}', password: '{p}' });",
        "\n",
        "\n",
    ),
    "SQL": (
        "seed.sql",
        "INSERT INTO okx_keys (name, api_key, secret_key, passphrase) VALUES\n",
        "('{n}','{k}','{s}','{p}')",
        ",\n",
        ";\n",
    ),
    "Markdown": (
        "okx.md",
        "# OKX\n\n| account | api key | secret key | passphrase |\n|---|---|---|---|\n",
        "| {n} | {k} | {s} | {p} |",
        "\n",
        "\n",
    ),
    "XML": (
        "okx.xml",
        "<okx>\n",
        '<account name="{n}"><apiKey>{k}</apiKey><secretKey>{s}</secretKey><passphrase>{p}</passphrase></account>',
        "\n",
        "\n</okx>\n",
    ),
    "shell": (
        "use.sh",
        "",
        "{n}() {\n  export OKX_API_KEY={k}\n  export OKX_SECRET_KEY={s}\n  export OKX_PASSPHRASE='{p}'\n}",
        "\n",
        "\n",
    ),
    "notes": ("notes.txt", "okx accounts\n\n", "{n}\napi key: {k}\nsecret: {s}\npassphrase: {p}", "\n\n", "\n"),
}
# Where the parts of one account do not stand together: a line or a list a part.
_APART: dict[str, tuple[str, tuple[str, ...]]] = {
    "shuffled": (".env", ("OKX_{N}_KEY={k}\n", "OKX_{N}_SECRET={s}\n", "OKX_{N}_PASS={p}\n")),
    "by kind": ("okx.properties", ("okx.{n}.key={k}\n", "okx.{n}.secret={s}\n", "okx.{n}.passphrase={p}\n")),
    "hyphens": (
        "okx.properties",
        ("okx.{n}.api-key={k}\n", "okx.{n}.secret-key={s}\n", "okx.{n}.passphrase={p}\n"),
    ),
    "fields": ("a.py", ('{n}.apiKey = "{k}"\n', '{n}.secret = "{s}"\n', '{n}.password = "{p}"\n')),
    "fields of clients": (
        "a.py",
        ('okx_{n}.api_key = "{k}"\n', 'okx_{n}.secret_key = "{s}"\n', 'okx_{n}.passphrase = "{p}"\n'),
    ),
    "subscripts": (
        "a.py",
        ('okx["{n}"]["api_key"] = "{k}"\n', 'okx["{n}"]["secret_key"] = "{s}"\n', 'okx["{n}"]["passphrase"] = "{p}"\n'),
    ),
    "setters": ("A.java", ('{n}.setApiKey("{k}");\n', '{n}.setSecretKey("{s}");\n', '{n}.setPassphrase("{p}");\n')),
    "commands": (
        "a.sh",
        tuple(f"redis-cli HSET okx:{{n}} {part} '{{{part[0].replace('a', 'k')}}}'\n" for part in _PARTS),
    ),
    "updates": (
        "a.sql",
        tuple(
            f"UPDATE okx_accounts SET {part} = '{{{part[0].replace('a', 'k')}}}' WHERE name = '{{n}}';\n"  # noqa: S608
            for part in _PARTS
        ),
    ),
    "arguments": ("a.py", ('{N}_KEY = "{k}"\n', '{N}_SECRET = "{s}"\n', '{N}_PASS = "{p}"\n')),
    "half a mapping": ("okx.yml", ("  {n}:\n    api_key: {k}\n", "    {n}: {s}\n", "    {n}: '{p}'\n")),
    "YAML lists": ("okx.yml", ("    - {k}\n", "    - {s}\n", "    - '{p}'\n")),
    "lists in a line": (".env", ("{k}", "{s}", "{p}")),
}


def _accounts(seed: str) -> list[dict[str, str]]:
    source = random.Random(seed)  # noqa: S311 - made up, and the same every time
    people = source.sample(_PEOPLE, source.randint(2, 6))
    return [
        {
            "i": str(i),
            "n": name,
            "N": name.upper(),
            **{part[0].replace("a", "k"): expand(f"<{part}:{i}>", seed) for part in _PARTS},
        }
        for i, name in enumerate(people, 1)
    ]


def _filled(template: str, account: dict[str, str]) -> str:
    for place, value in account.items():
        template = template.replace(f"{{{place}}}", value)
    return template


def _text(notation: str, accounts: list[dict[str, str]], seed: str) -> tuple[str, str]:
    if notation in _NOTATIONS:
        name, before, each, between, behind = _NOTATIONS[notation]
        return name, before + between.join(_filled(each, account) for account in accounts) + behind
    name, templates = _APART[notation]
    kinds = [[_filled(template, account) for account in accounts] for template in templates]
    if notation == "YAML lists":
        keys = ("api_keys", "secrets", "passphrases")
        return name, "okx:\n" + "".join(f"  {key}:\n{''.join(kind)}" for key, kind in zip(keys, kinds, strict=True))
    if notation == "lists in a line":
        keys = ("OKX_API_KEYS", "OKX_SECRET_KEYS", "OKX_PASSPHRASES")
        return name, "".join(f"{key}={','.join(kind)}\n" for key, kind in zip(keys, kinds, strict=True))
    for kind in kinds[1:]:
        random.Random(f"{seed}{kind}").shuffle(kind)  # noqa: S311
    if notation == "half a mapping":
        heads = ("", "  secrets:\n", "  passphrases:\n")
        return name, "okx:\n" + "".join(head + "".join(kind) for head, kind in zip(heads, kinds, strict=True))
    lines = [line for kind in kinds for line in kind]
    if notation == "fields":
        lines = [f"{account['n']} = ccxt.okx()\n" for account in accounts] + lines
    if notation == "arguments":
        lines += [_filled("{n} = OkxClient({N}_KEY, {N}_SECRET, {N}_PASS)\n", account) for account in accounts]
    if notation == "shuffled":
        random.Random(seed).shuffle(lines)  # noqa: S311
    return name, "".join(lines)


@pytest.mark.parametrize("notation", [*_NOTATIONS, *_APART])
def test_each_account_of_a_file_is_one_finding_and_none_holds_parts_of_two(notation: str, tmp_path: Path) -> None:
    for number in range(_FILES):
        seed = f"{notation}/{number}"
        accounts = _accounts(seed)
        if any(looks_made_up(one[part]) for one in accounts for part in "ks"):
            continue  # of ten thousand values drawn at random one is taken for a typed one
        folder = tmp_path / str(number)
        folder.mkdir()
        name, text = _text(notation, accounts, seed)
        (folder / name).write_text(text)
        wanted: set[Values] = {frozenset(zip(_PARTS, map(one.get, "ksp"), strict=True)) for one in accounts}  # type: ignore[arg-type]
        assert set(found(folder)) == wanted, text.replace("\n", " / ")[:80]
