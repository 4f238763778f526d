"""Rules for other scanners: each takes them, and finds what they can say, and nothing beside it."""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from keyguard import packs
from keyguard.packs import expand
from keyguard.packs.export import SCANNERS, exported
from tests import scanners
from tests.command import run

if TYPE_CHECKING:
    from pathlib import Path

tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
_OKX = frozenset({"okx"})
_LEAKS = {
    ".env": "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE='<passphrase>'\n",
    "bot.json": (
        '{"okx": {\n  "apiKey": "<api_key:2>",\n  "secret": "<secret_key:2>",\n  "password": "<passphrase:2>"\n}}\n'
    ),
    "bot.py": (
        'okx = Client(\n  api_key="<api_key:3>",\n  api_secret="<secret_key:3>",\n  passphrase="<passphrase:3>",\n)\n'
    ),
}
_SILENT = {
    "order.json": '{"okx": {"orderId": "<uuid>", "checksum": "<secret_key:4|lower>"}}\n',
    "other.env": "KRAKEN_API_KEY=<uuid:2>\nKRAKEN_SECRET=<hex32>\n",
    "reference.env": "OKX_API_KEY=${OKX_API_KEY}\nOKX_SECRET_KEY=your-secret-key\n",
}


@pytest.fixture(scope="module")
def loaded() -> packs.RuleSet:
    return packs.load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (_LEAKS | _SILENT).items():
        (tmp_path / "bot").mkdir(exist_ok=True)
        (tmp_path / "bot" / name).write_text(expand(text, "export"), "utf-8")
    return tmp_path


@pytest.mark.parametrize("scanner", SCANNERS)
def test_what_is_written_is_toml_with_expressions_that_an_automaton_takes(loaded: packs.RuleSet, scanner: str) -> None:
    told = tomllib.loads(exported(loaded, scanner, _OKX))
    assert {"okx-credential", "okx-api-key", "okx-secret-key", "okx-passphrase"} <= {one["id"] for one in told["rules"]}
    for rule in told["rules"]:
        assert not re.search(r"\(\?<?[=!]", rule["regex"]), "gitleaks has no look-around"
        assert re.compile(rule["regex"]).groups >= 1


def test_the_expressions_find_every_part_by_themselves(loaded: packs.RuleSet, folder: Path) -> None:
    rules = {one["id"]: re.compile(one["regex"]) for one in tomllib.loads(exported(loaded, "gitleaks", _OKX))["rules"]}
    for name, text in _LEAKS.items():
        written = (folder / "bot" / name).read_text("utf-8")
        for part in ("api_key", "secret_key", "passphrase"):
            mark = re.findall(rf"<{part}(?::\d)?>", text)[0]
            found = {match[1] for match in rules[f"okx-{part.replace('_', '-')}"].finditer(written)}
            assert expand(mark, "export") in found, (name, part)
    for name in _SILENT:
        written = (folder / "bot" / name).read_text("utf-8")
        shaped = [rule for rule in ("okx-api-key", "okx-secret-key", "okx-credential") if rules[rule].search(written)]
        assert shaped == [], name


def test_what_no_automaton_takes_is_left_out_and_said(loaded: packs.RuleSet) -> None:
    text = exported(loaded, "gitleaks", _OKX)
    told = {one["id"] for one in tomllib.loads(text)["rules"]}
    assert "okx-onchainos-session-key" not in told
    assert "okx-onchainos-session-key" in text.partition("title")[0]
    assert "okx-client-secret" in told


def test_the_command_writes_it(tmp_path: Path, loaded: packs.RuleSet) -> None:
    done = run("rules", "export", "--to", "kingfisher", cwd=tmp_path)
    assert (done.returncode, done.stdout.decode()) == (0, exported(loaded, "kingfisher", _OKX))
    assert run("rules", "export", "--to", "nobody", cwd=tmp_path).returncode == 2


class TestScanners:
    """The scanners themselves: betterleaks comes with the tests on Linux, the others are asked where they are."""

    def test_gitleaks(self, folder: Path) -> None:
        config, report = _written(folder, "gitleaks"), folder / "report.json"
        scanners.run("gitleaks", "dir", "bot", "--config", config, "--report-path", report, "--no-banner", cwd=folder)
        found = {(one["File"], one["RuleID"]) for one in json.loads(report.read_text("utf-8"))}
        assert found == {(f"bot/{name}", rule) for name in _LEAKS for rule in (*_PARTS, "okx-credential")}

    def test_betterleaks(self, folder: Path) -> None:
        config, report = _written(folder, "betterleaks"), folder / "report.json"
        scanners.run("betterleaks", "--config", config, "--output", report, "bot", cwd=folder)
        findings = json.loads(report.read_text("utf-8"))["findings"]
        found = {(one["location"]["path"], one["rule_id"]) for one in findings}
        # A secret key is shown as a component of the credential alone.
        rules = ("okx-api-key", "okx-passphrase", "okx-credential")
        assert found == {(f"bot/{name}", rule) for name in _LEAKS for rule in rules}

    def test_kingfisher(self, folder: Path) -> None:
        options = "--no-validate --no-update-check --load-builtins=false --rule all --confidence low --format json"
        config = _written(folder, "kingfisher")
        cache = ("--rule-cache-dir", folder / "cache")
        written = scanners.run(
            "kingfisher", "scan", "bot", *options.split(), "--rules-path", config, *cache, cwd=folder
        )
        findings = json.loads(written.splitlines()[0])["findings"]
        found = {(one["finding"]["path"], one["rule"]["id"].removeprefix("custom.")) for one in findings}
        assert found == {(f"bot/{name}", rule) for name in _LEAKS for rule in (*_PARTS, "okx-credential")}


_PARTS = ("okx-api-key", "okx-secret-key", "okx-passphrase")


def _written(folder: Path, scanner: str) -> Path:
    config = folder / f"{scanner}.toml"
    config.write_text(exported(packs.load(), scanner, _OKX), "utf-8")
    return config
