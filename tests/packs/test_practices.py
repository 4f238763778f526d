"""Files of practices: a broken one is told exactly, and a team's own works beside ours."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from keyguard import api, packs
from keyguard.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_OWN: dict[str, Any] = {
    "schema": 1,
    "kind": "practices",
    "provider": "okx",
    "uses": ["okx_desk"],
    "hosts": {"own": "okx.com"},
    "patterns": {"orders": "place_order|cancel_order"},
    "rules": [
        {
            "id": "desk-market-order",
            "title": "Market orders",
            "severity": "low",
            "why": "They cost more.",
            "fix": "Use limit orders.",
            "gate": "market",
            "practice": [{"call": "<orders>", "argument": "type", "value": "market", "language": "python"}],
            "examples": {
                "match": [{"bot.py": "import okx_desk\nplace_order(type='market')\n"}],
                "clean": [{"bot.py": "import okx_desk\nplace_order(type='limit')\n"}],
            },
        }
    ],
}


def _clause(**clause: Any) -> Callable[[dict[str, Any]], None]:
    return lambda pack: pack["rules"][0].update(practice=[clause])


_BROKEN: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a clause that says nothing": (_clause(near="x"), "practice[0] needs either 'line' or some of argument"),
    "a line and a literal": (_clause(line="x", value="y"), "practice[0] needs either 'line' or some of argument"),
    "a host of no kind": (_clause(host=["foreign"]), "practice[0].host knows no 'foreign'"),
    "a language of ours": (_clause(value="x", language="cobol"), "practice[0].language knows no 'cobol'"),
    "a confidence of ours": (_clause(value="x", confidence="some"), "practice[0].confidence must be one of"),
    "an unknown key": (_clause(value="x", valeu="y"), "practice[0] has an unknown field 'valeu'"),
    "no expression": (_clause(value="("), "practice[0].value is no regular expression"),
    "no gate": (lambda pack: pack["rules"][0].pop("gate"), "has a 'gate'"),
    "no practice": (lambda pack: [pack["rules"][0].pop(key) for key in ("gate", "practice")], "has 'practice'"),
    "no use": (lambda pack: pack.pop("uses"), "lacks the field 'uses'"),
}


def _written(path: Path, pack: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(pack), "utf-8")
    return path


@pytest.mark.parametrize("name", _BROKEN)
def test_a_broken_file_is_told_exactly(tmp_path: Path, name: str) -> None:
    change, problem = _BROKEN[name]
    pack = copy.deepcopy(_OWN)
    change(pack)
    with pytest.raises(RuleError) as raised:
        packs.load([_written(tmp_path / "own.yml", pack)])
    assert problem in str(raised.value)


def test_a_pack_of_leaks_has_none(tmp_path: Path) -> None:
    provider = {"id": "desk", "title": "Desk", "words": "desk"}
    pack = {"schema": 1, "kind": "pack", "provider": provider, "rules": _OWN["rules"]}
    with pytest.raises(RuleError) as raised:
        packs.load([_written(tmp_path / "own.yml", pack)])
    assert "a pack has no practices" in str(raised.value)


def test_a_teams_own_are_found_beside_ours(tmp_path: Path) -> None:
    rules = api.load_rules([_written(tmp_path / "own.yml", _OWN)])
    text = "import okx_desk\nfrom okx import Trade\nplace_order(\n  px=1, type='market')\nprint(secret_key)\n"
    found = [(one.rule, one.region.line) for one in api.scan_text("bot.py", text, rules=rules).practices]
    assert found == [("okx-secret-logged", 5), ("desk-market-order", 4)]
    assert (
        api.scan_text("bot.py", text.replace("okx_desk", "okx"), rules=rules).practices[0].rule == "okx-secret-logged"
    )


def test_every_shipped_practice_has_six_examples_of_each_kind() -> None:
    loaded = packs.load()
    # Those that take a provider's answer are tried in tests/detect/test_audits.py.
    for rule in (one for one in loaded.practices if one.audit not in {"power", "retired"}):
        for matches in (True, False):
            assert sum(one.rule == rule.id and one.matches is matches for one in loaded.examples) >= 6
