"""A pack is data: YAML alone is enough to detect, join, report and baseline, whatever its parts are."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import keyguard
from keyguard import packs
from keyguard.errors import RuleError
from keyguard.packs import expand
from tests.cases import rule_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Keyguard

# Two parts of one shape with an odd length, a third of two lengths with signs in it, and a fourth that people choose.
ODD = r"""
schema: 1
kind: pack
provider: {id: oddex, title: Oddex, words: [oddex]}
parts:
  ident:
    {title: ident, shown: 4, identity: true, shape: '[0-9A-Za-z]{23}', minimum: 23, maximum: 23, names: apiident}
  seal:
    {title: Signing key, shown: 4, identity: true, shape: '[0-9A-Za-z]{23}', minimum: 23, maximum: 23,
     names: oddseal apiseal}
  blob:
    {title: blob, shown: 4, identity: true, shape: 'zz-(?:[0-9a-f]{70}|[0-9a-f]{90})', minimum: 73, maximum: 93,
     names: oddblob apiblob}
  word: {title: word, names: oddword apiword, minimum: 5, maximum: 60}
credential: {rule: oddex-credential, incomplete: medium}
rules:
  - {id: oddex-credential, title: Oddex credential, severity: high, why: w, fix: f, examples: {match: [x], clean: [y]}}
  - {id: oddex-ident, part: ident, title: ident, severity: low, why: w, fix: f, examples: {match: [x], clean: [y]}}
  - {id: oddex-seal, part: seal, title: seal, severity: low, why: w, fix: f, examples: {match: [x], clean: [y]}}
  - {id: oddex-blob, part: blob, title: blob, severity: low, why: w, fix: f, examples: {match: [x], clean: [y]}}
  - {id: oddex-word, part: word, title: word, severity: low, why: w, fix: f, examples: {match: [x], clean: [y]}}
"""
ONE = r"""
schema: 1
kind: pack
provider: {id: onex, title: Onex, words: [onex]}
parts:
  token: {title: token, shown: 4, identity: true, shape: 'OX[0-9A-F]{17}', minimum: 19, maximum: 19, names: apitoken}
credential: {rule: onex-credential, incomplete: high}
rules:
  - {id: onex-credential, title: Onex credential, severity: high, why: w, fix: f, examples: {match: [x], clean: [y]}}
  - {id: onex-token, part: token, title: token, severity: high, why: w, fix: f, examples: {match: [x], clean: [y]}}
"""
_PACKAGE = Path(keyguard.__file__).parent
# What is known of OKX beyond its pack, the module that asks it, and the demo, whose made-up leaks are OKX's.
_OWN = ("providers/okx/", "verify/okx.py", "cli/demo.py")


@pytest.fixture
def oddex(tmp_path: Path) -> Path:
    (tmp_path / "oddex.yml").write_text(ODD)
    ident, seal = expand("<alnum16>Ab3Cd4x", "ident"), expand("<alnum16>Qw9Er8y", "seal")
    blob, word = expand("zz-<hex64>ab12cd", "blob"), expand("<passphrase>", "word")
    text = f"[oddex]\napi_ident = {ident}\napi_seal = {seal}\napi_blob = {blob}\napi_word = {word}\n"
    (tmp_path / "bot.ini").write_text(text)
    return tmp_path


@pytest.mark.slow
def test_a_made_up_pack_with_odd_lengths_is_found_joined_reported_and_baselined(
    keyguard: Keyguard, oddex: Path
) -> None:
    scan = ("scan", "--no-history", "--config", "own.yml", "bot.ini")
    (oddex / "own.yml").write_text("rules: [oddex.yml]\n")
    ran = keyguard(*scan, "--format", "json")
    [finding] = json.loads(ran.out)["findings"]
    assert (ran.code, finding["rule"], finding["severity"]) == (1, "oddex-credential", "high")
    assert sorted(part["part"] for part in finding["parts"]) == ["blob", "ident", "seal", "word"]
    for name in ("text", "sarif", "csv", "markdown", "gitlab", "junit", "html", "github", "jsonl"):
        out = keyguard(*scan, "--format", name).out
        assert "oddex-credential" in out
        assert name in {"csv", "jsonl"} or "signing key" in out, "people read the pack's own title, programs its name"
    assert keyguard("baseline", "create", "--config", "own.yml", "bot.ini").code == 0
    assert keyguard(*scan, "--baseline", ".keyguard-baseline").code == 0


def test_a_credential_may_have_one_part(keyguard: Keyguard, tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text("rules: [onex.yml]\n")
    (tmp_path / "onex.yml").write_text(ONE)
    (tmp_path / ".env").write_text("ONEX_API_TOKEN=OX8D0A41B7E2C965F31\n")
    ran = keyguard("scan", "--no-history", "--config", "own.yml", ".env", "--format", "json")
    [finding] = json.loads(ran.out)["findings"]
    assert finding["missing"] == []


@pytest.mark.slow
def test_a_shipped_pack_is_a_rival_until_it_is_switched_on(keyguard: Keyguard, tmp_path: Path) -> None:
    text = expand("BINANCE_API_KEY=<binance.api_key>\nBINANCE_API_SECRET=<binance.secret_key>\n", "switch")
    (tmp_path / ".env").write_text(text)
    assert keyguard("scan", "--no-history", ".env").code == 0
    (tmp_path / ".keyguard.yml").write_text("packs: [okx, binance]\n")
    ran = keyguard("scan", "--no-history", ".", "--format", "json")
    [finding] = json.loads(ran.out)["findings"]
    assert (finding["rule"], finding["missing"]) == ("binance-credential", [])
    (tmp_path / ".keyguard.yml").write_text("packs: [okx, binnance]\n")
    ran = keyguard("scan", "--no-history", ".")
    assert ran.code == 2
    assert "there is no pack 'binnance'" in ran.err
    assert "Did you mean 'binance'?" in ran.err
    (tmp_path / ".keyguard.yml").write_text(f"packs: [{expand('<passphrase>')}]\n")
    ran = keyguard("scan", "--no-history", ".")
    assert (ran.code, expand("<passphrase>") in ran.err) == (2, False)


def test_rivals_are_derived_from_the_other_packs() -> None:
    loaded = rule_set()
    assert {pack.id for pack in loaded.rivals} == {"binance", "bitget"}
    assert {pack.id for pack in loaded.with_packs(["binance"]).rivals} == {"okx", "bitget"}
    with pytest.raises(RuleError, match="there is no pack 'nope'"):
        loaded.with_packs(["nope"])


@pytest.mark.parametrize(
    "example", [one for one in rule_set(("okx", "binance", "bitget")).examples if not one.files], ids=lambda e: e.rule
)
def test_examples_hold_with_all_packs_on(example: packs.Example) -> None:
    from keyguard import api

    loaded = rule_set(("okx", "binance", "bitget"))
    outcome = api.scan_text(example.path, expand(example.text, "example"), rules=loaded)
    told = {rule for found in outcome.findings for rule in (found.rule, *(match.rule for match in found.matches))}
    told |= {practice.rule for practice in outcome.practices}
    own = {rule for rule in told if loaded.rules[rule].pack == example.pack}
    assert (example.rule in told) if example.matches else not own


def test_nothing_but_its_own_folder_knows_a_provider_by_name() -> None:
    """Texts for people may name OKX as an example: docstrings, which help is made of, and the examples below help."""
    sources = {path.relative_to(_PACKAGE).as_posix(): path for path in _PACKAGE.rglob("*.py")}
    said = {name: _named(path) for name, path in sources.items() if not name.startswith(_OWN)}
    assert {name: texts for name, texts in said.items() if texts} == {}


def _named(source: Path) -> list[str]:
    tree = ast.parse(source.read_text("utf-8"))
    shown = {id(text) for node in ast.walk(tree) for text in _examples(node)}
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in shown]
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return [text for text in (*texts, *names) if isinstance(text, str) and re.search(r"(?i)oke?x|ok-access", text)]


def _examples(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the text of a docstring, and those of a command's examples."""
    if isinstance(node, ast.Expr):
        yield node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "examples":
        yield from node.args
