"""The pack that docs/packs.md shows is whole: it loads, its examples hold, and it finds what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keyguard.model import Rule
from keyguard.packs import Part, Position, expand
from tests.cli.conftest import keyguard, put
from tests.test_doc_commands import blocks

if TYPE_CHECKING:
    from tests.cli.conftest import Keyguard

__all__ = ["keyguard"]

PAGE = Path(__file__).parents[2] / "docs" / "packs.md"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    (text,) = (text for language, text in blocks(PAGE) if language == "yaml")
    path = tmp_path / "acme.yml"
    path.write_text(text, "utf-8")
    return path


def test_its_examples_hold_and_its_rules_are_listed(pack: Path, keyguard: Keyguard) -> None:
    ran = keyguard("rules", "test", pack)
    assert (ran.code, ran.err) == (0, ""), ran.out
    listed = keyguard("rules", "list", "--rules", pack).out
    ids = re.findall(r"(?m)^  - id: (\S+)", pack.read_text("utf-8"))
    assert len(ids) == 4
    assert all(re.search(rf"(?m)^{one} ", listed) for one in ids)


def test_it_finds_a_credential_a_call_and_a_pattern(pack: Path, keyguard: Keyguard, tmp_path: Path) -> None:
    bot = tmp_path / "bot"
    put(bot / "live.env", "ACME_API_KEY=AX<hex30|upper>\nACME_PASSPHRASE=<passphrase>\n")
    put(bot / "client.py", 'client = AcmeClient("AX<hex30:2|upper>", "<passphrase:2>")\n')
    put(bot / "hook.yml", "url: https://hooks.acme.example/<hex24>\n")
    ran = keyguard("scan", "--format", "json", "--rules", pack, bot)
    found = {finding["parts"][0]["path"].rpartition("/")[2]: finding for finding in ran.report["findings"]}
    assert {name: one["rule"] for name, one in found.items()} == {
        "live.env": "acme-credential",
        "client.py": "acme-credential",
        "hook.yml": "acme-webhook",
    }
    assert all(one["provider"] == "acme" and not one["missing"] for one in found.values())
    value = expand("AX<hex30|upper>", "cli")
    assert value not in ran.out


@pytest.mark.parametrize("line", ["schema: 1", "kind: pack", "  id: acme", "  words: [acme, acmex]"])
def test_what_its_head_says_is_needed(pack: Path, keyguard: Keyguard, line: str) -> None:
    text = pack.read_text("utf-8")
    pack.write_text(text.replace(f"{line}\n", "", 1), "utf-8")
    ran = keyguard("rules", "test", pack)
    assert (ran.code, ran.err.startswith("error: ")) == (2, True)
    assert line.partition(":")[0].strip() in ran.err


def test_every_key_of_a_pack_has_its_row() -> None:
    text = PAGE.read_text("utf-8")
    keys = {*Part.__dataclass_fields__, *Rule.__dataclass_fields__, *Position.__dataclass_fields__}
    made = {"name", "rule", "provider", "pack", "parts"}  # of where it stands
    missing = {key for key in keys - made if f"`{key}`" not in text}
    assert missing == set()


@pytest.mark.parametrize(("language", "name"), [("yaml", ".keyguard.yml"), ("toml", "pyproject.toml")])
def test_the_full_sample_of_the_configuration_is_one_that_a_scan_takes(
    pack: Path, keyguard: Keyguard, tmp_path: Path, language: str, name: str
) -> None:
    page = PAGE.with_name("configuration.md")
    sample = next(text for one, text in blocks(page) if one == language and "own-rules" in text)
    bot = tmp_path / "bot"
    (bot / "security").mkdir(parents=True)
    pack.rename(bot / "security" / "own-rules.yml")
    (bot / name).write_text(sample, "utf-8")
    put(bot / "live.env")
    ran = keyguard("scan", "-q", cwd=bot)
    assert (ran.code, "error" in ran.err) == (1, False), ran.err
