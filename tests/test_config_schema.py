"""The schema of the configuration, which editors use, says the same as the checks of a scan."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from docs import config_schema
from keyguard.errors import SettingsError
from keyguard.settings import _KEYS, load

ROOT = Path(__file__).parent.parent
FILE = ROOT / "docs" / "keyguard-config.schema.json"
SCHEMA = json.loads(FILE.read_text("utf-8"))


def _shown() -> list[tuple[str, str]]:
    """Return the configurations that the pages show, each with the page it is of."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    blocks = [
        (page.name, one) for page in pages for one in re.findall(r"(?ms)^```yaml\n(.*?)^```", page.read_text("utf-8"))
    ]
    return [(name, text) for name, text in blocks if _is_configuration(yaml.safe_load(text))]


def _is_configuration(data: object) -> bool:
    return isinstance(data, dict) and bool(data) and set(data) <= set(_KEYS)


def test_the_file_is_current() -> None:
    assert FILE.read_text("utf-8") == config_schema.text(), "run python docs/generate.py"


def test_it_is_a_schema_and_says_what_each_key_means() -> None:
    jsonschema_rs.meta.validate(SCHEMA)
    assert set(SCHEMA["properties"]) == set(_KEYS)
    assert [key for key, one in SCHEMA["properties"].items() if not one.get("description")] == []


@pytest.mark.parametrize(("page", "text"), _shown())
def test_every_configuration_of_the_pages_is_valid(page: str, text: str) -> None:
    data = yaml.safe_load(text)
    jsonschema_rs.validate(SCHEMA, json.loads(json.dumps(data, default=str)))  # a day is a text in JSON


def test_the_pages_show_some() -> None:
    assert len(_shown()) >= 3


_CASES = [
    "fail_on: medium", "fail_on: worst", "fial_on: low", "min_confidence: low", "min_confidence: 3", "practices: off",
    "practices: 'off'", "practices: maybe", "practices: {fail_on: medium, max_age: 30}", "practices: {max_age: 0}",
    "practices: {age: 1}", "only: [okx-api-key]", "only: okx-api-key", "only:", "skip: ['']", "packs: [okx, binance]",
    "exclude: [vendor/]", "exclude: [1]", "max_file_size: 256 MB", "max_file_size: 256 XB", "max_file_size: 0",
    "max_file_size: 12", "max_file_size: true", "time_limit: 2.5", "time_limit: 0", "time_limit: 90000", "strict: true",
    "strict: 'true'", "all: no", "no_decode: 1", "decode: {depth: 3, total: 1 GiB, seconds: 1.5}",
    "decode: {depth: 1.5}", "decode: {deep: 1}", "decode: 3", "allow: [{rule: a, reason: test}]",
    "allow: [{rule: a}]", "allow: [{reason: test}]",
    "allow: [{path: '!a', reason: test}]", "allow: [{path: a, reason: test, expires: '2030-01-31'}]",
    "allow: [{path: a, reason: test, expires: soon}]", "allow: [{path: a, reason: ' '}]", "allow:",
]  # fmt: skip


@pytest.mark.parametrize("text", _CASES)
def test_it_lets_through_what_a_scan_takes_and_nothing_else(tmp_path: Path, text: str) -> None:
    (tmp_path / ".keyguard.yml").write_text(text, "utf-8")
    data: Any = yaml.safe_load(text)
    assert jsonschema_rs.is_valid(SCHEMA, data) is _is_taken(tmp_path)


def test_the_cases_are_of_both_kinds(tmp_path: Path) -> None:
    taken = []
    for text in _CASES:
        (tmp_path / ".keyguard.yml").write_text(text, "utf-8")
        taken.append(_is_taken(tmp_path))
    assert 10 < sum(taken) < len(taken) - 10


def _is_taken(root: Path) -> bool:
    try:
        load(root, None, {})
    except SettingsError:
        return False
    return True
