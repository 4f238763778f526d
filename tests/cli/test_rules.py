"""`keyguard rules` and `keyguard explain`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from keyguard.packs import builtin_folder
from tests.cases import rule_set
from tests.cli.test_scan import OWN_PACK

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard


def test_list_names_every_rule(keyguard: Keyguard) -> None:
    ran = keyguard("rules", "list")
    assert ran.code == 0
    listed = {tuple(line.split()[:3]) for line in ran.out.splitlines()}
    assert {("okx-credential", "critical", "leak"), ("okx-tls-off", "high", "practice")} <= listed
    assert {name for name, *_ in listed} == set(rule_set().rules)


def test_list_as_json(keyguard: Keyguard) -> None:
    rules = {rule["id"]: rule for rule in json.loads(keyguard("rules", "list", "-f", "json").out)}
    assert rules["okx-secret-key"]["severity"] == "high"
    assert rules["okx-secret-key"]["part"] == "secret_key"


def test_list_with_a_pack_of_ones_own(keyguard: Keyguard, tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text(OWN_PACK)
    assert "acme-token" in keyguard("rules", "list", "--rules", "own.yml").out


def test_show_leaves_the_marks_as_they_are(keyguard: Keyguard) -> None:
    ran = keyguard("rules", "show", "okx-api-key")
    assert ran.code == 0
    assert "severity    medium" in ran.out
    assert "OKX_API_KEY=<api_key>" in ran.out
    assert "must stay silent:" in ran.out


@pytest.mark.parametrize("command", [("rules", "show"), ("explain",)])
def test_an_unknown_id_names_the_nearest(keyguard: Keyguard, command: tuple[str, ...]) -> None:
    ran = keyguard(*command, "okx-passphrse")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: there is no rule 'okx-passphrse'.\nhint: Did you mean 'okx-passphrase'?\n"


def test_explain_fits_a_terminal_of_80_columns(keyguard: Keyguard) -> None:
    ran = keyguard("explain", "okx-credential")
    assert ran.code == 0
    assert all(title in ran.out for title in ("Why it matters", "How to fix it", "See also"))
    assert max(len(line) for line in ran.out.splitlines()) <= 80


class TestExamples:
    def test_those_of_the_shipped_packs_hold(self, keyguard: Keyguard) -> None:
        ran = keyguard("rules", "test")
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.endswith("all as they should be.\n")

    def test_those_of_a_pack_alone(self, keyguard: Keyguard, tmp_path: Path) -> None:
        (tmp_path / "own.yml").write_text(OWN_PACK)
        ran = keyguard("rules", "test", "own.yml")
        assert (ran.code, ran.out) == (0, "2 examples of 1 rule: all as they should be.\n")

    def test_those_of_a_shipped_pack_by_its_path(self, keyguard: Keyguard) -> None:
        ran = keyguard("rules", "test", builtin_folder() / "okx.yml")
        assert (ran.code, ran.err) == (0, "")
        assert not ran.out.startswith("0 ")

    def test_failures_are_named(self, keyguard: Keyguard, tmp_path: Path) -> None:
        pack = OWN_PACK.replace("match: [", "match: ['acme <hex16>', ").replace("clean: [", "clean: ['acme_<hex16>', ")
        (tmp_path / "own.yml").write_text(pack)
        ran = keyguard("rules", "test", "own.yml")
        assert (ran.code, ran.err) == (1, "")
        assert ran.out.splitlines() == [
            "acme-token: must match and does not: acme <hex16>",
            "acme-token: must stay silent and gives acme-token: acme_<hex16>",
            "2 of 4 examples of 1 rule failed.",
        ]

    def test_a_folder_without_packs_is_an_error(self, keyguard: Keyguard, tmp_path: Path) -> None:
        ran = keyguard("rules", "test", tmp_path)
        assert ran.code == 2
        assert "holds no rule pack" in ran.err
