"""Practices through the command: what they do to the exit code, what switches them off, and what waives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import keyguard, put
from tests.cli.test_baseline import git

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard

__all__ = ["keyguard"]

_HIGH = "import okx\nrequests.get(url, verify=False)\n"
_MEDIUM = "exchange = ccxt.okx(config)\nexchange.verbose = True\n"


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    put(tmp_path / "bot.py", _HIGH)
    put(tmp_path / "debug.py", _MEDIUM)
    return tmp_path


def _told(keyguard: Keyguard, *options: str) -> tuple[int, list[str]]:
    ran = keyguard("scan", "--format", "json", *options)
    return ran.code, [one["rule"] for one in ran.report["practices"] if not one["suppressed"]]


@pytest.mark.parametrize(
    ("config", "options", "ending"),
    [
        ("", (), (1, 2)),
        ("practices: off\n", (), (0, 0)),
        ("practices: on\n", (), (1, 2)),
        ("practices: {fail_on: critical}\n", (), (0, 2)),
        ("fail_on: critical\n", (), (0, 2)),
        ("", ("--skip", "okx-tls-off"), (0, 1)),
        ("practices: {fail_on: medium}\n", ("--skip", "okx-tls-off"), (1, 1)),
        ("", ("--only", "okx-tls-off"), (1, 1)),
        ("", ("--only", "okx-credential"), (0, 0)),
    ],
)
def test_they_fail_a_run_from_high_on(
    keyguard: Keyguard, bot: Path, config: str, options: tuple[str, ...], ending: tuple[int, int]
) -> None:
    (bot / ".keyguard.yml").write_text(config, "utf-8")
    code, rules = _told(keyguard, *options)
    assert (code, len(rules)) == ending


def test_a_run_says_why_it_failed_and_what_it_left_out(keyguard: Keyguard, bot: Path) -> None:
    run = keyguard("scan", "--format", "json").report["run"]
    assert run["reason"] == "1 practice open of severity high or worse"
    assert run["practices_fail_on"] == "high"
    (bot / ".keyguard.yml").write_text("practices: off\n", "utf-8")
    ran = keyguard("scan", "--format", "json").report["run"]
    assert ran["practices_fail_on"] is None
    assert ran["deviations"] == ["Practices are not looked for (practices in .keyguard.yml)"]


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ("fail_on: critical\n", "2 practices open, but below critical (fail_on)"),
        ("practices: {fail_on: critical}\n", "2 practices open, but below critical (practices.fail_on)"),
    ],
)
def test_the_reason_names_the_key_that_let_them_pass(keyguard: Keyguard, bot: Path, config: str, reason: str) -> None:
    (bot / ".keyguard.yml").write_text(config, "utf-8")
    assert keyguard("scan", "--format", "json").report["run"]["reason"] == reason


def test_a_leak_and_a_practice_are_counted_each_by_itself(keyguard: Keyguard, bot: Path) -> None:
    put(bot / ".env")
    report = keyguard("scan", "--format", "json").report
    assert len(report["findings"]) == 1
    assert report["run"]["reason"] == (
        "1 finding open of severity low or worse and 1 practice open of severity high or worse"
    )


def test_a_wrong_setting_is_named(keyguard: Keyguard, bot: Path) -> None:
    (bot / ".keyguard.yml").write_text("practices: sometimes\n", "utf-8")
    ran = keyguard("scan")
    assert (ran.code, ran.out) == (2, "")
    assert "practices must be 'off', 'on' or a mapping with the keys fail_on and max_age" in ran.err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bot.py", f"{_HIGH.rstrip()}  # keyguard: ignore[okx-tls-off] our own host\n"),
        (".keyguardignore", "bot.py\n"),
        (".keyguard.yml", "allow:\n  - {rule: okx-tls-off, reason: our own host}\n"),
    ],
)
def test_an_ignore_waives_it(keyguard: Keyguard, bot: Path, name: str, text: str) -> None:
    put(bot / name, text)
    ran = keyguard("scan", "--format", "json")
    assert ran.code == 0
    assert [one["suppressed"] is None for one in ran.report["practices"]] == [False, True]
    assert ran.report["unused_ignores"] == []


def test_an_ignore_is_not_unused_where_practices_are_off(keyguard: Keyguard, bot: Path) -> None:
    put(bot / "bot.py", f"{_HIGH.rstrip()}  # keyguard: ignore[okx-tls-off] our own host\n")
    put(bot / ".keyguard.yml", "practices: off\n")
    assert keyguard("scan", "--format", "json").report["unused_ignores"] == []


def test_whoever_is_stopped_by_one_is_told_to_change_it(keyguard: Keyguard, bot: Path) -> None:
    git(bot, "init", "-q")
    git(bot, "add", ".")
    ran = keyguard("scan", "--staged")
    assert ran.code == 1
    assert "No key is in the change; what the report names loses one sooner or later" in ran.err
    assert "revoked" not in ran.err
    assert "git reset" not in ran.err


def test_a_baseline_knows_it_wherever_its_line_moves(keyguard: Keyguard, bot: Path) -> None:
    assert keyguard("baseline", "create").out.startswith("2 findings in .keyguard-baseline, 2 of them new.")
    put(bot / "bot.py", "\n\n" + _HIGH)
    assert _told(keyguard, "--baseline", ".keyguard-baseline") == (0, [])
    put(bot / "bot.py", _HIGH + "requests.post(url, json=order, verify=False)\n")
    assert _told(keyguard, "--baseline", ".keyguard-baseline") == (1, ["okx-tls-off"])
    put(bot / "bot.py", "import okx\n")
    assert "1 entry dropped, 1 left." in keyguard("baseline", "prune").out


def test_its_words_name_files_from_where_places_are_told(keyguard: Keyguard, tmp_path: Path) -> None:
    for name in ("one", "two"):
        put(tmp_path / "bots" / name / ".env.bak")
        put(tmp_path / "bots" / name / "Dockerfile", "FROM scratch\nCOPY . .\n")
        git(tmp_path / "bots" / name, "init", "-q")
    here, told = tmp_path / "bots" / "one", "\n  {0}.env.bak holds "
    assert told.format("bots/one/") in keyguard("scan", "bots/one").out
    assert told.format("") in keyguard("scan", cwd=here).out
    assert told.format("../two/") in keyguard("scan", "..", cwd=here).out
    practices = keyguard("scan", "bots", "-f", "json").report["practices"]
    words = {one["rule"]: one["text"] for one in practices if one["path"].startswith("one/")}
    assert words["okx-image-copies-all"] == "one/Dockerfile copies one/.env.bak into its image"


def test_a_stored_report_keeps_them(keyguard: Keyguard, bot: Path) -> None:
    for form in ("json", "jsonl"):
        (bot / form).write_text(keyguard("scan", "--format", form, "bot.py", "debug.py").out, "utf-8")
        made = keyguard("report", form, "-f", "text").out
        assert "okx-tls-off  bot.py:2:" in made
        assert "No leaks and 2 practices (1 high, 1 medium)" in made


def test_the_past_has_none(keyguard: Keyguard, bot: Path) -> None:
    git(bot, "init", "-q")
    git(bot, "add", ".")
    staged = keyguard("scan", "--staged", "--format", "json")
    assert len(staged.report["practices"]) == 2
    git(bot, "commit", "-qm", "a bot")
    git(bot, "rm", "-q", "bot.py")
    git(bot, "commit", "-qm", "no bot")
    put(bot / "again.py", _HIGH)
    git(bot, "add", ".")
    git(bot, "commit", "-qm", "a bot again")
    assert _told(keyguard, "--range", "HEAD~2..HEAD") == (1, ["okx-tls-off"])
    git(bot, "rm", "-q", "again.py")
    git(bot, "commit", "-qm", "and none")
    assert _told(keyguard, "--range", "HEAD~3..HEAD") == (0, [])
    assert _told(keyguard) == (0, ["okx-client-debug"])


def test_each_rule_is_explained_as_what_it_is(keyguard: Keyguard) -> None:
    told = keyguard("explain", "okx-tls-off").out
    assert told.startswith("TLS certificates are not checked (okx-tls-off, practice, high)\n")
    assert "How to change it" in told
    shown = keyguard("rules", "show", "okx-tls-off").out
    assert "kind        practice" in shown
    assert "must match in bot.py:" in shown


def test_a_baseline_of_practices_alone_asks_to_change_them_and_revokes_nothing(
    keyguard: Keyguard, tmp_path: Path
) -> None:
    put(tmp_path / "bot.py", 'import okx\nr = get("https://www.okx.com/api/v5/account/balance", verify=False)\n')
    ran = keyguard("baseline", "create")
    assert "A practice in the baseline loses a key sooner or later: change it. Next:" in ran.out
    assert "revoke" not in ran.out
    assert keyguard("scan", "--baseline", ".keyguard-baseline").code == 0
