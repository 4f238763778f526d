"""What a run was stands in every report: above all what hides findings, or lets them pass."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.report import FORMATS
from tests.cli.conftest import put
from tests.history.conftest import Repository, leak

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard

CONFIG = ".keyguard.yml"


@pytest.fixture
def bot(tmp_path: Path) -> Repository:
    """Return a repository with one finding of high severity or more."""
    made = Repository(tmp_path / "bot")
    made.commit({"bot.env": leak("bot"), "docs/a.py": "a = 1\n"})
    return made


def run_of(keyguard: Keyguard, top: Path, *arguments: str, code: int) -> dict[str, Any]:
    ran = keyguard("scan", "-f", "json", *arguments, cwd=top)
    assert ran.code == code, ran.err
    run: dict[str, Any] = ran.report["run"]
    assert run["exit_code"] == code
    return run


def test_a_run_as_keyguard_comes_deviates_in_nothing(keyguard: Keyguard, bot: Repository) -> None:
    run = run_of(keyguard, bot.top, code=1)
    assert (run["deviations"], run["files"], run["excluded"], run["rules_off"]) == ([], [], [], [])
    assert (run["fail_on"], run["min_confidence"], run["strict"]) == ("low", "medium", False)
    assert run["reason"] == "1 finding open of severity low or worse"
    assert run["command"] == ["scan", "-f", "json"]
    assert run["scope"]["repositories"] == 1
    assert run["scope"]["commits"] == 1
    assert run["started_at"] <= run["ended_at"]


def test_what_an_earlier_run_has_read_is_in_the_record(keyguard: Keyguard, bot: Repository) -> None:
    bot.passing("b.py", "b = 1\n")
    scopes = [run_of(keyguard, bot.top, "--history-only", code=1)["scope"] for _ in range(2)]
    assert [(one["contents"], one["known"]) for one in scopes] == [(3, 0), (1, 2)]
    assert "and 2 versions by an earlier run" in keyguard("scan", "--history-only", "-f", "markdown", cwd=bot.top).out


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_findings_that_a_configuration_lets_pass_are_seen_in_every_report(
    keyguard: Keyguard, bot: Repository, form: str
) -> None:
    put(bot.top / CONFIG, "fail_on: critical\n")
    put(bot.top / "lone.env", "OKX_SECRET_KEY=<secret_key:7>\n")
    (bot.top / "bot.env").unlink()
    ran = keyguard("scan", "--no-history", "-f", form, cwd=bot.top)
    assert ran.code == 0, ran.out
    assert "open, but below critical" in ran.out + (ran.err if form == "csv" else "")


def test_they_are_seen_where_no_more_than_trouble_is_to_be_shown(keyguard: Keyguard, bot: Repository) -> None:
    put(bot.top / "lone.env", "OKX_SECRET_KEY=<secret_key:7>\n")
    ran = keyguard("scan", "-q", "--no-history", "--fail-on", "critical", "lone.env", cwd=bot.top)
    assert (ran.code, ran.out.splitlines()[-1]) == (
        0,
        "Exit code 0: 1 finding open, but below critical (fail_on).",
    )


def test_the_files_that_settled_it_are_named_with_their_digests(keyguard: Keyguard, bot: Repository) -> None:
    config = put(bot.top / CONFIG, "exclude: [docs/]\nskip: [okx-api-key]\nbaseline: known\n")
    put(bot.top / ".keyguardignore", "bot.env\n")
    assert keyguard("baseline", "create", "--baseline", "known", "--exclude", "none", cwd=bot.top).code == 0
    bot.git("add", CONFIG)
    run = run_of(keyguard, bot.top, code=0)
    told = {file["kind"]: file for file in run["files"]}
    assert {kind: (file["path"], file["tracking"]) for kind, file in told.items()} == {
        "configuration": (CONFIG, "tracked"),
        "ignore file": (".keyguardignore", "untracked"),
        "baseline": ("known", "untracked"),
    }
    assert told["configuration"]["sha256"] == hashlib.sha256(config.read_bytes()).hexdigest()
    assert not any(file["changed"] for file in told.values())
    assert (run["excluded"], run["rules_off"]) == (["docs/"], ["okx-api-key"])
    assert sum(run["suppressed"].values()) == 1
    assert run["deviations"] == [
        f"Rules are switched off: okx-api-key (skip in {CONFIG})",
        f"Paths are excluded: docs/; 2 left out (exclude in {CONFIG})",
    ]


def test_a_configuration_that_comes_with_the_change_says_so(keyguard: Keyguard, bot: Repository) -> None:
    put(bot.top / CONFIG, "exclude: ['*']\n")
    bot.git("add", CONFIG)
    sentence = f"The configuration {CONFIG} comes with the change that was scanned"
    assert sentence in run_of(keyguard, bot.top, "--staged", code=2)["deviations"]
    bot.commit({"b.py": "b = 1\n"})
    assert sentence in run_of(keyguard, bot.top, "--range", "HEAD~1..HEAD", code=2)["deviations"]
    bot.commit({"c.py": "c = 1\n"})
    assert sentence not in run_of(keyguard, bot.top, "--range", "HEAD~1..HEAD", code=2)["deviations"]


def test_what_excludes_more_than_is_read_says_so_and_where_it_was_said(keyguard: Keyguard, bot: Repository) -> None:
    (told,) = run_of(keyguard, bot.top, "--no-history", "--exclude", "*.env", "--exclude", "docs/", code=0)[
        "deviations"
    ]
    assert told == "Paths are excluded: *.env, docs/; 2 left out, which is more than was read (--exclude)"


def test_the_password_of_a_proxy_is_not_in_the_command_line(keyguard: Keyguard, bot: Repository) -> None:
    proxy = ("--verify", "--yes", "--proxy", "http://ann:not-a-real-one@127.0.0.1:9")
    run = run_of(keyguard, bot.top, "--no-history", *proxy, "docs", code=0)  # where there is nothing to verify
    assert "http://********@127.0.0.1:9" in run["command"]


def test_strict_says_why_it_is_3(keyguard: Keyguard, bot: Repository) -> None:
    run = run_of(keyguard, bot.top, "--strict", "--no-history", "--max-file-size", "1", "docs", code=3)
    assert (run["reason"], run["not_read"]) == ("1 input not read, and strict is set", 1)


def test_a_run_that_read_nothing_does_not_say_that_nothing_was_found(keyguard: Keyguard, bot: Repository) -> None:
    assert run_of(keyguard, bot.top, "--no-history", "docs", code=0)["reason"] == "no findings"
    run = run_of(keyguard, bot.top, "--no-history", "--exclude", "*", "docs", code=0)
    assert run["reason"] == "nothing was read"


def test_the_same_rules_have_the_same_digest_wherever_they_lie(
    keyguard: Keyguard, bot: Repository, tmp_path: Path
) -> None:
    digests = []
    for folder in ("one", "two"):
        pack = put(tmp_path / folder / "team.yml", _PACK)
        digests.append(json.loads(keyguard("scan", "-f", "json", "--rules", pack, cwd=bot.top).out)["run"])
    assert digests[0]["rules"] == digests[1]["rules"] != run_of(keyguard, bot.top, code=1)["rules"]
    assert [file["kind"] for file in digests[0]["files"]] == ["rules"]


_PACK = """\
schema: 1
kind: pack
provider: {id: acme, title: Acme, words: acme}
rules:
  - id: acme-token
    title: Acme token
    severity: high
    why: Whoever reads it acts in your name.
    fix: Revoke it.
    pattern: 'acme_[0-9a-f]{16}'
    examples:
      match: ['token = "acme_<hex16>"']
      clean: ['token = "acme_..."']
"""


@pytest.mark.parametrize("asked", [("--range", "abcdef1..HEAD"), ("--config-from", "abcdef1"), ("--since", "abcdef1")])
def test_a_run_that_could_not_begin_leaves_reports_that_say_so_and_no_sarif(
    keyguard: Keyguard, bot: Repository, asked: tuple[str, ...]
) -> None:
    files = {form: bot.top.parent / f"report.{form}" for form in ("gitlab", "json", "html", "sarif")}
    ran = keyguard("scan", *asked, *(f"--report={form}={file}" for form, file in files.items()), cwd=bot.top)
    assert (ran.code, "names no commit" in ran.err) == (2, True)
    assert json.loads(files["gitlab"].read_text("utf-8"))["scan"]["status"] == "failure"
    run = json.loads(files["json"].read_text("utf-8"))["run"]
    assert (run["exit_code"], run["reason"]) == (2, "'abcdef1' names no commit of this repository")
    assert "names no commit" in files["html"].read_text("utf-8")
    assert not files["sarif"].exists()
