"""`keyguard scan`: what it takes, what it finds, and its exit code."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import ENV_FILE, LONE_KEY, put

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard

OWN_PACK = """\
schema: 1
kind: pack
provider: {id: acme, title: Acme}
rules:
  - id: acme-token
    title: Acme token
    severity: high
    why: It opens Acme.
    fix: Revoke it.
    pattern: 'acme_[0-9a-f]{16}'
    examples:
      match: ['token = "acme_<hex16>"']
      clean: ['token = "acme_"']
"""


def git(cwd: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=cwd, check=True, capture_output=True)  # noqa: S607


class TestTargets:
    def test_the_current_folder_is_scanned_when_none_is_named(self, keyguard: Keyguard, leak: Path) -> None:
        ran = keyguard("scan", cwd=leak)
        assert ran.code == 1
        assert ".env:1:13" in ran.out
        assert ran.out.endswith(" s\nRevoke the key before you remove it.\n")

    def test_one_credential_is_one_finding_with_its_parts(self, keyguard: Keyguard, leak: Path) -> None:
        ran = keyguard("scan", "-f", "json", leak)
        (finding,) = ran.report["findings"]
        assert finding["rule"] == "okx-credential"
        assert sorted(part["part"] for part in finding["parts"]) == ["api_key", "passphrase", "secret_key"]
        assert finding["missing"] == []

    def test_files_and_folders_can_be_named_together(self, keyguard: Keyguard, leak: Path, tmp_path: Path) -> None:
        other = put(tmp_path / "other.env", LONE_KEY)
        assert keyguard("scan", "-f", "json", leak, other).rules == ["okx-credential", "okx-api-key"]

    def test_a_clean_file_gives_zero_and_says_what_was_read(self, keyguard: Keyguard, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("nothing here\n")
        ran = keyguard("scan", "a.txt")
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith("No findings in 1 file, 13 B, ")

    def test_the_same_file_twice_is_scanned_once(self, keyguard: Keyguard, leak: Path) -> None:
        ran = keyguard("scan", "-f", "json", leak, leak / ".env")
        assert ran.report["scanned"]["files"] == 1

    def test_all_reads_what_is_left_out(self, keyguard: Keyguard, tmp_path: Path) -> None:
        put(tmp_path / "node_modules" / "x" / ".env")
        put(tmp_path / "node_modules" / "x" / "package.json", "{}\n")
        assert keyguard("scan").code == 0
        assert keyguard("scan", "--all").code == 1

    def test_exclude_leaves_out(self, keyguard: Keyguard, leak: Path) -> None:
        assert keyguard("scan", "--exclude", "*.env", "--exclude", "other", cwd=leak).code == 0

    def test_in_git_a_key_in_an_ignored_file_is_a_note(self, keyguard: Keyguard, leak: Path) -> None:
        git(leak, "init", "-q")
        assert keyguard("scan", "-f", "json", cwd=leak).report["findings"][0]["severity"] == "critical"
        (leak / ".gitignore").write_text(".env\n")
        ran = keyguard("scan", "-f", "json", cwd=leak)
        assert (ran.code, ran.report["findings"][0]["severity"]) == (0, "note")

    @pytest.mark.parametrize("form", ["text", "markdown", "html", "gitlab", "junit", "github", "sarif"])
    def test_and_nobody_is_told_that_it_is_lost(self, keyguard: Keyguard, leak: Path, form: str) -> None:
        git(leak, "init", "-q")
        (leak / ".gitignore").write_text(".env\n")
        said = keyguard("scan", "-f", form, cwd=leak).out
        assert "Nothing is lost while the file stays where it is" in said
        assert "Treat the key as lost" not in said or form == "sarif"  # where it is the help of the rule
        put(leak / "other.env", seed="other")
        said = keyguard("scan", "-f", form, cwd=leak).out
        assert "Nothing is lost while the file stays where it is" in said
        assert "Treat the key as lost" in said

    def test_paths_are_relative_to_the_top_of_the_work_tree_in_json(self, keyguard: Keyguard, leak: Path) -> None:
        put(leak / "sub" / "a.env", seed="other")
        git(leak, "init", "-q")
        ran = keyguard("scan", "-f", "json", ".", cwd=leak / "sub")
        assert {part["path"] for f in ran.report["findings"] for part in f["parts"]} == {"sub/a.env"}

    def test_and_relative_to_the_current_folder_in_text(self, keyguard: Keyguard, leak: Path) -> None:
        put(leak / "sub" / "a.env", seed="other")
        git(leak, "init", "-q")
        assert "  a.env:1:13 " in keyguard("scan", ".", cwd=leak / "sub").out


class TestStandardInput:
    def test_is_read_for_a_dash(self, keyguard: Keyguard, leak: Path) -> None:
        ran = keyguard("scan", "-", stdin=(leak / ".env").read_bytes())
        assert ran.code == 1
        assert "<stdin>:1:13" in ran.out

    def test_takes_a_name(self, keyguard: Keyguard, leak: Path) -> None:
        ran = keyguard("scan", "-", "--stdin-name", "conf/okx.env", stdin=(leak / ".env").read_bytes())
        assert "conf/okx.env:1:13" in ran.out

    def test_its_name_stands_below_the_current_folder(self, keyguard: Keyguard, leak: Path) -> None:
        git(leak, "init", "-q")
        (leak / "sub").mkdir()
        (leak / ".keyguardignore").write_text("/sub/a.env\n")
        text = (leak / ".env").read_bytes()
        assert keyguard("scan", "-", "--stdin-name", "a.env", cwd=leak / "sub", stdin=text).code == 0
        assert keyguard("scan", "-", "--stdin-name", "a.env", cwd=leak, stdin=text).code == 1

    def test_the_config_holds_for_it_too(self, keyguard: Keyguard, tmp_path: Path, leak: Path) -> None:
        (tmp_path / ".keyguard.yml").write_text("skip: [okx-credential]\n")
        assert keyguard("scan", "-", stdin=(leak / ".env").read_bytes()).code == 0

    def test_empty_input_is_clean(self, keyguard: Keyguard) -> None:
        assert keyguard("scan", "-").code == 0

    def test_takes_no_other_path_beside_it(self, keyguard: Keyguard) -> None:
        ran = keyguard("scan", "-", ".")
        assert ran.code == 2
        assert ran.err.startswith("error: '-' reads standard input")


class TestRules:
    @pytest.mark.parametrize(
        ("options", "rules"),
        [
            ((), ["okx-credential", "okx-api-key"]),
            (("--only", "okx-api-key"), ["okx-api-key"]),
            (("--only", "okx-api-key,okx-credential"), ["okx-credential", "okx-api-key"]),
            (("--only", "okx-api-key", "--only", "okx-credential"), ["okx-credential", "okx-api-key"]),
            (("--skip", "okx-credential, okx-passphrase"), ["okx-api-key"]),
        ],
    )
    def test_only_and_skip(self, keyguard: Keyguard, leak: Path, options: tuple[str, ...], rules: list[str]) -> None:
        put(leak / "lone" / "b.env", LONE_KEY)
        assert keyguard("scan", "-f", "json", *options, leak).rules == rules

    def test_an_unknown_rule_names_the_nearest(self, keyguard: Keyguard) -> None:
        ran = keyguard("scan", "--skip", "okx-credental")
        assert ran.code == 2
        assert ran.err == "error: there is no rule 'okx-credental'.\nhint: Did you mean 'okx-credential'?\n"

    def test_a_pack_of_ones_own_is_used_beside_ours(self, keyguard: Keyguard, leak: Path, tmp_path: Path) -> None:
        (tmp_path / "own.yml").write_text(OWN_PACK)
        put(leak / "acme.txt", 'token = "acme_<hex16>"\n')
        assert keyguard("scan", "-f", "json", "--rules", "own.yml", leak).rules == ["okx-credential", "acme-token"]

    @pytest.mark.parametrize(
        ("pack", "problem"),
        [
            ("schema: [1", "not valid YAML at line 2, column 1"),
            (OWN_PACK.replace("severity: high", "severity: hot"), "must be one of note, low, medium, high, critical"),
            (OWN_PACK.replace("pattern: 'acme_", "pattern: '(acme_"), "pattern is no regular expression"),
            (OWN_PACK.replace("title: Acme token", "titel: Acme token"), "lacks the field 'title'"),
        ],
    )
    def test_a_broken_pack_is_named_with_its_fault(
        self, keyguard: Keyguard, tmp_path: Path, pack: str, problem: str
    ) -> None:
        (tmp_path / "own.yml").write_text(pack)
        ran = keyguard("scan", "--rules", "own.yml")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("error: own.yml: ")
        assert problem in ran.err

    def test_a_pack_that_is_not_there_is_an_error(self, keyguard: Keyguard) -> None:
        ran = keyguard("scan", "--rules", "nowhere")
        assert ran.code == 2
        assert "nowhere does not exist" in ran.err


class TestConfig:
    def test_is_found_at_the_root_of_the_scan(self, keyguard: Keyguard, leak: Path, tmp_path: Path) -> None:
        (leak / ".keyguard.yml").write_text("skip: [okx-credential]\n")
        assert keyguard("scan", leak, cwd=tmp_path).code == 0

    def test_is_found_at_the_top_of_the_work_tree(self, keyguard: Keyguard, leak: Path) -> None:
        git(leak, "init", "-q")
        put(leak / "sub" / "a.env")
        (leak / "pyproject.toml").write_text('[tool.keyguard]\nskip = ["okx-credential"]\n')
        assert keyguard("scan", "sub/a.env", cwd=leak).code == 0

    def test_can_be_named(self, keyguard: Keyguard, leak: Path, tmp_path: Path) -> None:
        (tmp_path / "other.yml").write_text("fail_on: note\nskip: [okx-credential]\n")
        assert keyguard("scan", "--config", "other.yml", leak).code == 0

    def test_a_typed_option_wins_over_it(self, keyguard: Keyguard, tmp_path: Path) -> None:
        put(tmp_path / "a.env", LONE_KEY)
        (tmp_path / ".keyguard.yml").write_text("fail_on: critical\n")
        assert keyguard("scan").code == 0
        assert keyguard("scan", "--fail-on", "medium").code == 1

    def test_what_is_not_typed_leaves_it_alone(self, keyguard: Keyguard, tmp_path: Path) -> None:
        put(tmp_path / "node_modules" / "a.env")
        (tmp_path / ".keyguard.yml").write_text("all: true\nmax_file_size: 10\nstrict: true\n")
        ran = keyguard("scan", "-f", "json")
        assert ran.code == 3
        assert [skipped["what"] for skipped in ran.report["skipped"]] == [".keyguard.yml", "node_modules/a.env"]

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("fial_on: low\n", ".keyguard.yml:1: unknown key 'fial_on'. Did you mean 'fail_on'?"),
            ("fail_on: hihg\n", "fail_on must be one of critical, high, medium, low, note, not 'hihg'."),
            ("fail_on: [\n", ".keyguard.yml:2"),
        ],
    )
    def test_a_broken_one_ends_the_run(self, keyguard: Keyguard, tmp_path: Path, text: str, problem: str) -> None:
        (tmp_path / ".keyguard.yml").write_text(text)
        ran = keyguard("scan")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("error: ")
        assert problem in ran.err

    def test_one_that_is_not_there_ends_the_run(self, keyguard: Keyguard) -> None:
        ran = keyguard("scan", "--config", "nowhere.yml")
        assert ran.code == 2
        assert "nowhere.yml" in ran.err

    @pytest.mark.parametrize(
        ("options", "problem"),
        [
            (("--fail-on", "hihg"), "--fail-on must be one of critical, high, medium, low, note, not 'hihg'."),
            (("--min-confidence", "hig"), "Did you mean 'high'?"),
            (("--max-file-size", "lots"), "--max-file-size must be a number of bytes"),
            (("--time-limit", "0"), "--time-limit must be a number of seconds"),
            (("--time-limit", "soon"), "'--time-limit': 'soon' is not a valid float"),
            (("--jobs", "0"), "'--jobs'"),
            (("--exclude", ""), "--exclude must be a text that is not empty"),
            (("-f", "jsn"), "there is no format 'jsn'. Did you mean 'json'?"),
            (("--report", "sarf=x"), "there is no format 'sarf'. Did you mean 'sarif'?"),
            (("--report", "sarif"), "'sarif' is not of the form FORMAT=FILE"),
            (("--report", "sarif=-"), "'-' names no file; --format sarif writes to standard output."),
            (("--quite",), "no such option '--quite'."),
        ],
    )
    def test_a_wrong_option_is_said_to_be_so(self, keyguard: Keyguard, options: tuple[str, ...], problem: str) -> None:
        ran = keyguard("scan", *options)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("error: ")
        assert problem in ran.err


class TestExitCode:
    @pytest.mark.parametrize(("word", "code"), [("critical", 0), ("high", 0), ("medium", 1), ("low", 1), ("note", 1)])
    def test_fail_on(self, keyguard: Keyguard, tmp_path: Path, word: str, code: int) -> None:
        put(tmp_path / "a.env", LONE_KEY)  # medium
        assert keyguard("scan", "--fail-on", word).code == code

    @pytest.mark.parametrize("format_", ["text", "json", "jsonl", "sarif"])
    def test_is_the_same_for_every_format(self, keyguard: Keyguard, leak: Path, format_: str) -> None:
        assert keyguard("scan", "-f", format_, leak).code == 1
        assert keyguard("scan", "-f", format_, leak, "nowhere").code == 2

    def test_findings_below_the_confidence_do_not_count(self, keyguard: Keyguard, tmp_path: Path) -> None:
        put(tmp_path / "a.txt", "<api_key>\n<secret_key>\n<passphrase>\n")
        low = keyguard("scan", "-f", "json", "--min-confidence", "low")
        high = keyguard("scan", "-f", "json", "--min-confidence", "high")
        assert (low.code, high.code) == (1, 0)
        assert high.report["below_confidence"] == len(low.report["findings"])

    def test_suppressed_findings_do_not_count(self, keyguard: Keyguard, tmp_path: Path) -> None:
        put(tmp_path / "a.env", f"# keyguard: ignore[okx-credential] revoked\n{ENV_FILE}")
        ran = keyguard("scan", "-f", "json")
        assert ran.code == 0
        assert ran.report["findings"][0]["suppressed"]["reason"] == "revoked"

    def test_a_missing_path_gives_two_and_the_rest_is_scanned(self, keyguard: Keyguard, leak: Path) -> None:
        ran = keyguard("scan", "nowhere", leak)
        assert ran.code == 2
        assert "okx-credential" in ran.out
        assert ran.err.splitlines()[0] == "error: 'nowhere' does not exist."

    def test_strict_gives_three_for_what_could_not_be_read(self, keyguard: Keyguard, leak: Path) -> None:
        assert keyguard("scan", "--max-file-size", "9", leak).code == 0
        assert keyguard("scan", "--max-file-size", "9", "--strict", leak).code == 3

    def test_findings_go_before_strict(self, keyguard: Keyguard, leak: Path) -> None:
        (leak / "large.txt").write_text("x" * 999)
        assert keyguard("scan", "--max-file-size", "500", "--strict", leak).code == 1

    def test_one_job_equals_many(self, keyguard: Keyguard, tmp_path: Path) -> None:
        for number in range(1500):
            (tmp_path / f"{number}.txt").write_text("x")
        put(tmp_path / "z.env")
        one, many = (keyguard("scan", "-f", "json", "--jobs", jobs) for jobs in ("1", "3"))
        assert one.report["findings"] == many.report["findings"]
        assert one.report["scanned"]["files"] == many.report["scanned"]["files"] == 1501


class TestIgnores:
    def test_an_unused_one_is_told_when_all_of_the_root_was_scanned(self, keyguard: Keyguard, leak: Path) -> None:
        git(leak, "init", "-q")
        (leak / ".keyguardignore").write_text("old/\n")
        assert "Unused ignore in .keyguardignore:1: old/" in keyguard("scan", cwd=leak).out
        assert "Unused ignore" not in keyguard("scan", ".env", cwd=leak).out

    def test_an_unused_waiver_is_told_whatever_was_scanned(self, keyguard: Keyguard, tmp_path: Path) -> None:
        (tmp_path / "a.py").write_text("# keyguard: ignore[okx-credential] gone\n")
        assert "Unused ignore in a.py:1" in keyguard("scan", "a.py").out

    def test_an_unused_one_is_named_as_findings_are(self, keyguard: Keyguard, leak: Path) -> None:
        (leak / ".keyguard.yml").write_text("allow:\n  - {rule: okx-credential, path: old.py, reason: gone}\n")
        (leak / ".keyguardignore").write_text("old/\n")
        (leak / "a").mkdir()
        out = keyguard("scan", "..", cwd=leak / "a").out
        assert "Unused ignore in ../.keyguardignore:1: old/" in out
        assert "Unused ignore in ../.keyguard.yml: allow[1]" in out

    def test_one_of_no_rule_is_named_as_findings_are(self, keyguard: Keyguard, tmp_path: Path) -> None:
        put(tmp_path / "bots" / "a.py", "# keyguard: ignore[okx-credentials] gone\n")
        git(tmp_path / "bots", "init", "-q")
        told = "a.py:1: no rule is named 'okx-credentials'."
        assert f"Note: {told}" in keyguard("scan", cwd=tmp_path / "bots").out
        assert f"Note: bots/{told}" in keyguard("scan").out
        assert keyguard("scan", "-f", "json").report["notices"][0].startswith(f"bots/{told}")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a system with pipes that have names")
def test_a_report_in_the_scanned_folder_is_not_scanned_in_the_same_run(keyguard: Keyguard, leak: Path) -> None:
    first = keyguard("scan", "-f", "json", "--show-secrets", "--report", "json=report.json", cwd=leak)
    assert first.report["scanned"]["files"] == 1


def test_a_configuration_below_the_root_is_not_used_and_that_is_told(keyguard: Keyguard, leak: Path) -> None:
    git(leak, "init", "-q")
    below = put(leak / "svc" / "a.env").parent
    (below / ".keyguard.yml").write_text("exclude: ['*.env']\n")
    told = "note: the .keyguard.yml below the root of the scan is not used; --config FILE uses it."
    for arguments, cwd in (((), below), (("svc",), leak)):
        ran = keyguard("scan", *arguments, cwd=cwd)
        assert (ran.code, ran.err.splitlines()[:1]) == (1, [told])
    assert keyguard("scan", cwd=leak).err == ""
    assert keyguard("scan", "--quiet", cwd=below).err == ""
    assert keyguard("scan", "--config", "svc/.keyguard.yml", "svc", cwd=leak).err == ""


@pytest.mark.parametrize("is_first", [False, True])
def test_a_leak_that_was_stopped_says_that_nothing_is_lost_and_what_to_type(
    is_first: bool, keyguard: Keyguard, tmp_path: Path
) -> None:
    bot = put(tmp_path / "bot" / "read me.txt", "hello\n").parent
    git(bot, "init", "--quiet")
    git(bot, "add", "read me.txt")
    if not is_first:
        git(bot, "commit", "--quiet", "-m", "first")
    put(bot / "my conf.env")
    git(bot, "add", ".")
    ran = keyguard("scan", "--staged", cwd=bot)
    assert ran.code == 1
    assert "Nothing is lost yet" in ran.out
    assert "Revoke" not in ran.out
    (typed,) = (line for line in ran.err.splitlines() if line.startswith("  git "))
    assert typed.endswith(" 'my conf.env'")
    git(bot, *shlex.split(typed)[1:])
    assert keyguard("scan", "--staged", cwd=bot).code == 0
    git(bot, "add", ".")
    git(bot, "commit", "--quiet", "-m", "second")
    assert "Revoke the key" in keyguard("scan", cwd=bot).out


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("scan -o out.json", "keyguard scan --report FORMAT=FILE writes a report to a file."),
        ("scan --output out.json", "keyguard scan --report FORMAT=FILE writes a report to a file."),
        ("report -o out.json", "keyguard report --report FORMAT=FILE writes a report to a file."),
        ("scan --json", "keyguard scan --format json writes JSON."),
        ("--json", "keyguard scan --format json writes JSON."),
        ("doctor --json", "keyguard doctor --format json writes JSON."),
        ("scan --verbose", "keyguard scan --debug tells each step."),
        ("doctor -v", "keyguard scan --debug tells each step."),
        ("scan --redact", "masked without"),
        ("detect", "keyguard scan"),
        ("protect", "keyguard scan"),
    ],
)
def test_what_other_scanners_call_it_leads_to_the_right_word(keyguard: Keyguard, typed: str, meant: str) -> None:
    ran = keyguard(*typed.split())
    assert ran.code == 2
    error, _, hint = ran.err.partition("hint: ")
    assert meant in hint
    assert "Did you mean" not in error


def test_a_credential_that_is_not_in_the_environment_is_looked_for_by_name(keyguard: Keyguard) -> None:
    ran = keyguard("verify", "--from", "env", "--yes")
    assert ran.code == 2
    assert all(name in ran.err for name in ("OKX_API_KEY", "OKX_SECRET_KEY", "OKX_PASSPHRASE"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a system with pipes that have names")
def test_a_report_does_not_wait_for_a_pipe_that_nobody_reads(keyguard: Keyguard, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    ran = keyguard("scan", "--report", "json=pipe", ".", cwd=tmp_path)
    assert (ran.code, ran.err.splitlines()[-1]) == (
        2,
        "error: the report cannot be written to pipe: nobody reads that pipe.",
    )
