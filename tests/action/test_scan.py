"""The action as GitHub runs it: its steps in bash, on repositories that git itself made."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from keyguard.packs import expand
from tests.action.conftest import Repository, leak, pull_request
from tests.action.runner import Job, Ran
from tests.fakes.okx import Exchange, Server

_HINT = "fetch-depth: 0"
_PARTS = ("api_key", "secret_key", "passphrase")


def counts(ran: Ran) -> dict[str, str]:
    return {name: ran.outputs[name] for name in ("findings", "critical", "high", "medium", "low", "note")}


def holds_no_value(ran: Ran, *names: str) -> bool:
    return not any(expand(f"<{part}>", name) in ran.everything for name in names for part in _PARTS)


@pytest.fixture
def clean(tmp_path: Path) -> Repository:
    """Return a repository without a leak."""
    (tmp_path / "clean").mkdir()
    repository = Repository(tmp_path / "clean")
    repository.git("init", "--quiet")
    repository.commit(bot__py="print('hello')\n")
    return repository


class TestPush:
    def test_a_clean_repository_passes(self, clean: Repository, temp: Path) -> None:
        ran = Job(clean.top, temp).run()
        assert (ran.status, ran.outputs["exit-code"], ran.outputs["mode"]) == ("success", "0", "full")
        assert set(counts(ran).values()) == {"0"}
        assert ran.commands == []
        assert ran.summary.startswith("## keyguard: No findings")
        assert json.loads(Path(ran.outputs["sarif-file"]).read_text())["runs"][0]["results"] == []
        assert clean.git("status", "--porcelain") == "", "reports lie elsewhere"

    def test_a_workspace_without_a_checkout_is_no_clean_one(self, tmp_path: Path, temp: Path) -> None:
        (tmp_path / "empty").mkdir()
        ran = Job(tmp_path / "empty", temp).run()
        assert (ran.status, ran.outputs["exit-code"], ran.outputs["sarif-file"]) == ("failure", "2", "")
        assert set(counts(ran).values()) == {""}
        (told,) = ran.errors
        assert told.startswith("nothing was read: ")
        assert "a job has to check the repository out first" in told
        assert ran.summary.startswith("## keyguard: the scan could not be done")
        assert "No findings" not in ran.summary

    def test_nor_is_a_folder_of_which_all_is_left_out(self, clean: Repository, temp: Path) -> None:
        ran = Job(clean.top, temp).run(args="--no-history\n--exclude=*")
        assert ran.outputs["exit-code"] == "2"
        assert "left out" in ran.errors[0]

    @pytest.mark.slow
    def test_a_submodule_that_is_not_checked_out_is_named_and_a_damaged_repository_fails(
        self, clean: Repository, origin: Repository, temp: Path
    ) -> None:
        clean.git("submodule", "add", "--quiet", str(origin.top), "lib")
        clean.commit()
        shutil.rmtree(clean.top / "lib")
        shutil.rmtree(clean.top / ".git" / "modules")
        ran = Job(clean.top, temp).run()
        assert (ran.status, ran.outputs["exit-code"], "lib/" in ran.summary) == ("success", "0", True)
        assert Job(clean.top, temp).run(args="--strict").outputs["exit-code"] == "3"
        clean.put("tool/a.py", "a = 1\n")
        clean.put("tool/.git/config", "")
        ran = Job(clean.top, temp).run()
        assert ran.outputs["exit-code"] == "2"
        assert "'tool/' was not read" in "".join(ran.errors)

    def test_a_range_without_commits_is_no_failure(self, clean: Repository, temp: Path) -> None:
        ran = Job(clean.top, temp).run(args="--since=HEAD")
        assert (ran.status, ran.outputs["exit-code"]) == ("success", "0"), ran.log
        assert ran.summary.startswith("## keyguard: Nothing was scanned")

    def test_everything_is_read_files_and_history(self, origin: Repository, temp: Path) -> None:
        origin.commit(gone__env=leak("gone"))
        origin.commit(gone__env=None)
        ran = Job(origin.top, temp).run()
        assert (ran.status, ran.outputs["exit-code"]) == ("failure", "1")
        assert counts(ran) == dict.fromkeys(("high", "medium", "low", "note"), "0") | {"findings": "2", "critical": "2"}
        assert holds_no_value(ran, "old", "gone")

    def test_practices_are_counted_apart_from_leaks_and_fail_from_their_own_severity(
        self, clean: Repository, temp: Path
    ) -> None:
        clean.commit(bot__py='import okx\nr = get("https://www.okx.com/api/v5/account/balance", verify=False)\n')
        ran = Job(clean.top, temp).run()
        assert (ran.status, ran.outputs["exit-code"], ran.outputs["practices"]) == ("failure", "1", "1")
        assert set(counts(ran).values()) == {"0"}
        assert "### Practices to change" in ran.summary
        (command,) = ran.commands
        assert (command.name, command.properties["file"]) == ("error", "bot.py")
        ran = Job(clean.top, temp).run(fail_on="critical")
        assert (ran.status, ran.outputs["practices"]) == ("success", "1")
        (clean.top / ".keyguard.yml").write_text("practices: off\n")
        assert Job(clean.top, temp).run().outputs["practices"] == "0"

    def test_outputs_and_reports_are_there_when_the_step_fails(self, origin: Repository, temp: Path) -> None:
        ran = Job(origin.top, temp).run()
        assert ran.status == "failure"
        assert [one["fingerprint"] for one in json.loads(Path(ran.outputs["json-file"]).read_text())["findings"]]
        assert Path(ran.outputs["summary-file"]).read_text() == ran.summary
        (result,) = json.loads(Path(ran.outputs["sarif-file"]).read_text())["runs"][0]["results"]
        assert result["partialFingerprints"]["primaryLocationLineHash"]

    def test_two_uses_in_one_job_do_not_share_reports(self, clean: Repository, origin: Repository, temp: Path) -> None:
        one, other = Job(clean.top, temp).run(), Job(origin.top, temp).run(category="bots")
        assert one.outputs["sarif-file"] != other.outputs["sarif-file"]
        run = json.loads(Path(other.outputs["sarif-file"]).read_text())["runs"][0]
        assert run["automationDetails"]["id"].startswith("bots")


class TestPullRequest:
    def test_a_finding_stands_on_its_line_and_what_was_there_before_is_not_told(
        self, origin: Repository, temp: Path
    ) -> None:
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.commit(new__env=leak("new"))
        origin.commit(new__env="# settings\n" + leak("new"))
        pull = pull_request(origin)
        ran = Job(pull.checkout(), temp, pull.event, "pull_request").run()
        assert (ran.status, ran.outputs["exit-code"], ran.outputs["mode"]) == ("failure", "1", "pull-request")
        assert counts(ran) == dict.fromkeys(("high", "medium", "low", "note"), "0") | {"findings": "1", "critical": "1"}
        (command,) = ran.commands
        assert (command.name, command.properties["file"], command.properties["line"]) == ("error", "new.env", "2")
        (result,) = json.loads(Path(ran.outputs["sarif-file"]).read_text())["runs"][0]["results"]
        place = result["locations"][0]["physicalLocation"]
        assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("new.env", 2)
        assert "`new.env:2:13`" in ran.summary
        assert "What to do" in ran.summary
        assert len(ran.summary.encode()) < 1 << 20
        assert holds_no_value(ran, "old", "new")

    def test_what_came_and_went_within_it_is_told(self, origin: Repository, temp: Path) -> None:
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.commit(new__env=leak("new"))
        origin.commit(new__env=None)
        pull = pull_request(origin)
        ran = Job(pull.checkout(), temp, pull.event, "pull_request").run()
        assert (ran.outputs["exit-code"], ran.outputs["findings"]) == ("1", "1")
        (command,) = ran.commands
        assert "file" not in command.properties, "no line holds it"
        assert "gone with" in command.text

    def test_a_clean_one_passes_whatever_the_base_holds(self, origin: Repository, temp: Path) -> None:
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.commit(bot__py="print('more')\n")
        pull = pull_request(origin)
        ran = Job(pull.checkout(), temp, pull.event, "pull_request").run()
        assert (ran.status, ran.outputs["findings"], ran.commands) == ("success", "0", [])

    def test_one_that_brings_nothing_to_read_passes(self, origin: Repository, temp: Path) -> None:
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.commit(old__env=None)
        pull = pull_request(origin)
        ran = Job(pull.checkout(), temp, pull.event, "pull_request").run()
        assert (ran.status, ran.outputs["exit-code"]) == ("success", "0"), ran.log
        assert ran.outputs["sarif-file"]

    def test_a_fork_without_permissions_is_scanned_alike(self, origin: Repository, temp: Path) -> None:
        """A fork's job has no secrets and a token that only reads; this one has no token at all."""
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.commit(new__env=leak("new"))
        pull = pull_request(origin, fork=True)
        job = Job(pull.checkout(), temp, pull.event, "pull_request", environment={"GITHUB_TOKEN": ""})
        ran = job.run()
        assert (ran.outputs["exit-code"], ran.outputs["findings"]) == ("1", "1")
        assert ran.commands[0].properties["file"] == "new.env"
        assert ran.summary
        assert Path(ran.outputs["sarif-file"]).is_file()

    def test_the_bases_newer_commits_are_not_its_own(self, origin: Repository, temp: Path) -> None:
        """GitHub's event keeps the base that the pull request was opened on."""
        opened_on = origin.git("rev-parse", "main")
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.commit(bot__py="print('more')\n")
        origin.git("checkout", "--quiet", "main")
        origin.commit(base__env=leak("base"))
        origin.git("checkout", "--quiet", "feature")
        origin.git("merge", "--quiet", "--no-edit", "main")
        pull = pull_request(origin, base=opened_on)
        for ref in ("refs/remotes/pull/1/merge", "refs/remotes/pull/1/head"):
            ran = Job(pull.checkout(ref), temp, pull.event, "pull_request").run()
            assert (ran.status, ran.outputs["findings"]) == ("success", "0"), ran.log

    @pytest.mark.parametrize("depth", [1, 2])
    def test_a_shallow_checkout_is_an_error_that_says_what_to_do(
        self, origin: Repository, temp: Path, depth: int
    ) -> None:
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.commit(new__env=leak("new"))
        origin.commit(new__env=None)
        pull = pull_request(origin)
        ran = Job(pull.checkout(depth=depth), temp, pull.event, "pull_request").run()
        assert (ran.status, ran.outputs["exit-code"], ran.outputs["findings"]) == ("failure", "2", "")
        (error,) = ran.errors
        assert _HINT in error
        assert _HINT in ran.summary

    @pytest.mark.slow
    def test_a_full_scan_of_one_is_an_error_unless_it_is_allowed(self, origin: Repository, temp: Path) -> None:
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.commit(new__env=leak("new"))
        checkout = pull_request(origin).checkout(depth=1)
        ran = Job(checkout, temp).run()
        assert (ran.status, ran.outputs["exit-code"], ran.outputs["sarif-file"]) == ("failure", "2", "")
        assert _HINT in ran.errors[0]
        assert "`shallow: allow`" in ran.errors[0]
        for inputs in ({"shallow": "allow"}, {"args": "--no-history"}):
            assert Job(checkout, temp).run(**inputs).outputs["exit-code"] == "1"

    def test_one_that_changes_what_keyguard_passes_over_says_so(self, origin: Repository, temp: Path) -> None:
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.put(".keyguard.yml", "fail_on: critical\n")
        origin.put(".keyguardignore", "new.env\n")
        origin.commit(new__env=leak("new"))
        pull = pull_request(origin)
        ran = Job(pull.checkout(), temp, pull.event, "pull_request").run()
        warnings = [command.text for command in ran.commands if command.name == "warning"]
        assert any("changes .keyguard.yml, .keyguardignore: it counts once" in warning for warning in warnings)
        assert (ran.outputs["exit-code"], ran.outputs["findings"]) == ("1", "1"), "what the base has counts"
        own = Job(pull.checkout(), temp, pull.event, "pull_request").run(config_from="pull-request")
        warnings = [command.text for command in own.commands if command.name == "warning"]
        assert any("what it says counts in this scan" in warning for warning in warnings)
        assert (own.outputs["exit-code"], own.outputs["findings"]) == ("0", "0")

    @pytest.mark.parametrize(("whose", "code"), [("base", "1"), ("pull-request", "2")])
    def test_one_cannot_exclude_all_of_itself(self, origin: Repository, temp: Path, whose: str, code: str) -> None:
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.put(".keyguard.yml", "exclude: ['*']\n")
        origin.commit(new__env=leak("new"))
        pull = pull_request(origin)
        ran = Job(pull.checkout(), temp, pull.event, "pull_request").run(config_from=whose)
        assert ran.outputs["exit-code"] == code, ran.log

    def test_what_the_base_passes_over_holds_though_the_pull_request_drops_it(
        self, origin: Repository, temp: Path
    ) -> None:
        origin.commit(ci__yml="exclude: [samples/]\n")
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.put("samples/one.env", leak("one"))
        origin.commit(ci__yml=None)
        pull = pull_request(origin)
        ran = Job(pull.checkout(), temp, pull.event, "pull_request").run(config="ci.yml")
        assert (ran.outputs["exit-code"], ran.outputs["findings"]) == ("0", "0"), ran.log

    def test_a_wrong_word_for_whose_configuration_counts_is_an_error(self, origin: Repository, temp: Path) -> None:
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.commit(new__env=leak("new"))
        pull = pull_request(origin)
        ran = Job(pull.checkout(), temp, pull.event, "pull_request").run(config_from="head")
        assert (ran.outputs["exit-code"], ran.outputs["sarif-file"]) == ("2", "")
        assert "config-from is neither base nor pull-request" in ran.errors[0]

    def test_a_checkout_of_the_base_is_an_error(self, origin: Repository, temp: Path) -> None:
        """As pull_request_target has it: what it would scan is not what was asked for."""
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.commit(new__env=leak("new"))
        pull = pull_request(origin)
        event = pull.event | {"pull_request": pull.event["pull_request"] | {"head": {"sha": "1" * 40}}}
        ran = Job(pull.checkout("origin/main"), temp, event, "pull_request_target").run()
        assert ran.outputs["exit-code"] == "2"
        assert "commits of the pull request cannot be found" in ran.errors[0]

    def test_a_checkout_in_a_folder_of_the_workspace_is_scanned_where_paths_names_it(
        self, origin: Repository, temp: Path
    ) -> None:
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.commit(new__env=leak("new"))
        pull = pull_request(origin)
        workspace = pull.checkout(path="src")
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # only root gives files away
            for path in (workspace, *workspace.rglob("*")):
                os.chown(path, 1001, 1001)
        for paths in ("src", "src/new.env"):
            ran = Job(workspace, temp, pull.event, "pull_request").run(paths=paths)
            assert (ran.outputs["mode"], ran.outputs["findings"]) == ("pull-request", "1"), ran.log
            assert ran.commands[0].properties["file"] == "new.env"
        ran = Job(workspace, temp, pull.event, "pull_request").run()
        assert ran.outputs["exit-code"] == "2"
        assert "`path` belongs into the `paths`" in ran.errors[0]

    def test_a_group_of_a_merge_queue_is_scanned_like_one(self, origin: Repository, temp: Path) -> None:
        base = origin.git("rev-parse", "HEAD")
        head = origin.commit(new__env=leak("new"))
        ran = Job(origin.top, temp, {"merge_group": {"base_sha": base, "head_sha": head}}, "merge_group").run()
        assert (ran.outputs["mode"], ran.outputs["findings"]) == ("pull-request", "1")


class TestMode:
    def test_full_reads_everything_of_a_pull_request_too(self, origin: Repository, temp: Path) -> None:
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.commit(new__env=leak("new"))
        pull = pull_request(origin)
        ran = Job(pull.checkout(), temp, pull.event, "pull_request").run(mode="full")
        assert (ran.outputs["mode"], ran.outputs["findings"]) == ("full", "2")

    def test_pull_request_without_one_is_an_error(self, origin: Repository, temp: Path) -> None:
        ran = Job(origin.top, temp).run(mode="pull-request")
        assert ran.outputs["exit-code"] == "2"
        assert "no pull request" in ran.errors[0]

    def test_an_unknown_one_names_those_that_there_are(self, origin: Repository, temp: Path) -> None:
        ran = Job(origin.top, temp).run(mode="pr")
        assert ran.outputs["exit-code"] == "2"
        assert "auto, pull-request, full" in ran.errors[0]


class TestInputs:
    def test_fail_on_decides_on_the_exit_code_alone(self, clean: Repository, temp: Path) -> None:
        clean.commit(a__env=expand("OKX_API_KEY=<api_key>\n", "lone"))
        ran = Job(clean.top, temp).run(fail_on="high")
        assert (ran.status, ran.outputs["findings"], ran.outputs["medium"]) == ("success", "1", "1")
        assert Job(clean.top, temp).run().status == "failure"

    def test_paths_and_arguments_stand_on_a_line_each(self, clean: Repository, temp: Path) -> None:
        for name in ("my bots/.env", "it's/.env", "-f/.env", "left out/.env"):
            clean.put(name, leak(name))
        clean.commit()
        ran = Job(clean.top, temp).run(
            paths="my bots\n-f\n\n  left out\n", args="--no-history\n--exclude\nleft out/**\n"
        )
        report = json.loads(Path(ran.outputs["json-file"]).read_text())
        assert {one["parts"][0]["path"] for one in report["findings"]} == {"my bots/.env", "-f/.env"}

    def test_a_configuration_may_be_named(self, origin: Repository, temp: Path) -> None:
        origin.put("a folder/its config.yml", "exclude: ['*.env']\n")
        ran = Job(origin.top, temp).run(config="a folder/its config.yml")
        assert (ran.status, ran.outputs["findings"]) == ("success", "0"), ran.log

    def test_without_one_that_of_the_repositorys_root_counts_for_a_folder(self, clean: Repository, temp: Path) -> None:
        clean.put("bots/.keyguard.yml", "exclude: ['**']\n")
        clean.put("bots/a.env", leak("a"))
        clean.commit()
        assert Job(clean.top, temp).run(paths="bots").outputs["findings"] == "1"
        clean.put(".keyguard.yml", "exclude: ['bots/*.env']\n")
        assert Job(clean.top, temp).run(paths="bots").outputs["findings"] == "0"

    def test_a_baseline_accepts_what_it_knows(self, origin: Repository, temp: Path) -> None:
        made = subprocess.run([sys.executable, "-m", "keyguard", "baseline", "create"], cwd=origin.top, check=False)
        assert made.returncode == 0
        (origin.top / ".keyguard-baseline").rename(origin.top / "known ones")
        ran = Job(origin.top, temp).run(baseline="known ones")
        assert (ran.status, ran.outputs["findings"]) == ("success", "0"), ran.log
        assert "1 suppressed (1 baseline)" in ran.summary
        origin.commit(new__env=leak("new"))
        assert Job(origin.top, temp).run(baseline="known ones").outputs["findings"] == "1"

    def test_a_baseline_hides_nothing_that_a_pull_request_brings_into_git(self, origin: Repository, temp: Path) -> None:
        """It was made where the file lay untracked, by somebody whose next commit takes it along."""
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.put("local.env", leak("local"))
        made = subprocess.run([sys.executable, "-m", "keyguard", "baseline", "create"], cwd=origin.top, check=False)
        assert made.returncode == 0
        origin.commit(bot__py="print('more')\n")
        pull = pull_request(origin)
        inputs = {"baseline": ".keyguard-baseline", "config_from": "pull-request"}
        ran = Job(pull.checkout(), temp, pull.event, "pull_request").run(**inputs)
        assert (ran.outputs["exit-code"], ran.outputs["findings"]) == ("1", "1"), ran.log
        placed = [command.properties["file"] for command in ran.commands if "file" in command.properties]
        assert placed == ["local.env"]
        assert "The baseline .keyguard-baseline comes with the change that was scanned" in ran.log

    def test_verify_asks_without_anybody_to_agree(self, origin: Repository, temp: Path, tmp_path: Path) -> None:
        folder = tmp_path / "okx"
        folder.mkdir()
        with Server(Exchange(), folder).running() as okx:
            ran = Job(origin.top, temp).run(verify="true", args="\n".join(map(str, okx.options)))
            assert okx.exchange.calls
            sent = len(okx.exchange.calls)
            assert Job(origin.top, temp).run().outputs["findings"] == "1"
            assert len(okx.exchange.calls) == sent, "without verify nothing is sent"
        (finding,) = json.loads(Path(ran.outputs["json-file"]).read_text())["findings"]
        assert finding["verdict"]["status"] not in {"not-checked", "error"}
        assert holds_no_value(ran, "old")

    def test_the_sarif_file_may_be_named(self, origin: Repository, temp: Path) -> None:
        ran = Job(origin.top, temp).run(sarif_file="its 'report'.sarif")
        assert Path(ran.outputs["sarif-file"]) == origin.top / "its 'report'.sarif"
        assert json.loads((origin.top / "its 'report'.sarif").read_text())["version"] == "2.1.0"

    def test_a_scan_that_could_not_be_done_hands_over_no_sarif_file(self, origin: Repository, temp: Path) -> None:
        """What an upload lacks is closed as fixed."""
        for named in ("", "keyguard.sarif"):
            ran = Job(origin.top, temp).run(paths="old.env\nnowhere", sarif_file=named)
            assert (ran.outputs["exit-code"], ran.outputs["sarif-file"]) == ("2", "")
            assert set(counts(ran).values()) == {""}
            assert not (origin.top / "keyguard.sarif").exists()
            assert ran.summary.startswith("## keyguard: the scan could not be done\n\n    'nowhere' does not exist")
            assert "### What was read: 1 finding (1 critical)" in ran.summary
            assert len(json.loads(Path(ran.outputs["json-file"]).read_text())["findings"]) == 1
            assert "nowhere" in ran.errors[0]
            assert len(ran.errors) == 2, "the finding has its annotation all the same"

    def test_no_argument_shows_a_value(self, origin: Repository, temp: Path) -> None:
        ran = Job(origin.top, temp).run(args="--show-secrets")
        assert (ran.status, ran.outputs["exit-code"], ran.outputs["json-file"]) == ("failure", "2", "")
        assert "--show-secrets" in ran.errors[0]
        assert holds_no_value(ran, "old")

    def test_what_is_no_scan_is_a_failure(self, clean: Repository, temp: Path) -> None:
        ran = Job(clean.top, temp).run(args="--help")
        assert (ran.status, ran.outputs["exit-code"], ran.outputs["sarif-file"]) == ("failure", "2", "")
        assert "did not scan" in ran.errors[0]

    def test_a_link_of_the_checkout_leads_no_report_elsewhere(self, origin: Repository, temp: Path) -> None:
        outside = origin.top.parent / "profile"
        outside.write_text("mine")
        (origin.top / "keyguard.sarif").symlink_to(outside)
        (origin.top / "reports").symlink_to(origin.top.parent)
        for name in ("keyguard.sarif", "reports/profile", f"{origin.top}/keyguard.sarif"):
            ran = Job(origin.top, temp).run(sarif_file=name)
            assert ran.outputs["exit-code"] == "2"
            assert "symbolic link" in ran.errors[0]
        assert outside.read_text() == "mine"

    def test_a_report_that_the_checkout_brought_is_not_taken_for_ours(self, origin: Repository, temp: Path) -> None:
        origin.put("keyguard.sarif", "{}")
        ran = Job(origin.top, temp).run(sarif_file="keyguard.sarif", args="--no-such-option")
        assert (ran.outputs["exit-code"], ran.outputs["sarif-file"]) == ("2", "")

    def test_what_cannot_work_says_so_in_an_annotation_and_the_summary(self, origin: Repository, temp: Path) -> None:
        for inputs, word in (
            ({"paths": "nowhere"}, "nowhere"),
            ({"fail_on": "sometimes"}, "sometimes"),
            ({"args": "--no-such-option"}, "--no-such-option"),
            ({"args": "--"}, "'--'"),
            ({"args": "--strict\n--exclude\nnotes\nmy bots"}, "'my bots'"),
            ({"args": "-"}, "'-'"),
            ({"verify": "perhaps"}, "verify"),
        ):
            ran = Job(origin.top, temp).run(**inputs)
            assert (ran.status, ran.outputs["exit-code"]) == ("failure", "2"), inputs
            assert word in ran.errors[0]
            assert word in ran.summary

    def test_an_annotation_is_made_of_whole_sentences_in_the_words_of_a_workflow(
        self, origin: Repository, temp: Path
    ) -> None:
        ran = Job(origin.top, temp).run(fail_on="hihg")
        assert ran.errors[0].endswith(" Did you mean 'high'?")
        ran = Job(origin.top, temp).run(paths="my bots")
        assert ran.errors == ["'my bots' does not exist. Hint: check the path; it is taken relative to the workspace."]
        assert "- `my bots`: `does not exist`" in ran.summary
        ran = Job(origin.top, temp).run(baseline="known ones")
        assert ran.errors[0].endswith("keyguard baseline create --baseline 'known ones'.")

    @pytest.mark.parametrize(
        "name", ["paths", "mode", "fail_on", "verify", "baseline", "config", "category", "sarif_file", "args", "cache"]
    )
    def test_no_input_reaches_a_shell(self, clean: Repository, temp: Path, name: str) -> None:
        marker = clean.top.parent / "marker"
        run = f"touch {marker}"
        ran = Job(clean.top, temp).run(**{name: f"a b'\"$({run})`{run}`\";{run};'&&{run}|{run}\n{run}\n$({run})\\"})
        assert not marker.exists()
        assert ran.outputs["exit-code"] in {"0", "2"}
        assert {command.name for command in ran.commands} <= {"error", "warning"}

    def test_no_input_makes_an_output(self, clean: Repository, temp: Path) -> None:
        ran = Job(clean.top, temp).run(sarif_file="a\nexit-code=0\nfindings=0", paths="nowhere")
        assert (ran.outputs["exit-code"], ran.outputs["findings"]) == ("2", "")


class TestHostileCheckout:
    def test_a_name_of_a_file_is_no_command(self, clean: Repository, temp: Path) -> None:
        for name in ("::set-output name=exit-code::0", "##[set-output name=exit-code;]0", "a\n::add-mask::e"):
            clean.put(f"{name}.env", leak(name))
        clean.commit()
        ran = Job(clean.top, temp).run(args="--config\n##[set-output name=findings;]0")
        assert ran.outputs["exit-code"] == "2"
        assert {command.name for command in ran.commands} == {"error"}
        ran = Job(clean.top, temp).run()
        assert (ran.outputs["exit-code"], ran.outputs["findings"]) == ("1", "3")
        assert {command.name for command in ran.commands} == {"error"}

    def test_nothing_of_it_is_imported(self, clean: Repository, temp: Path) -> None:
        marker = clean.top.parent / "marker"
        for name in (
            "keyguard/__init__",
            "click",
            "keyguard/action/__main__",
            "sitecustomize",
            "hashlib",
            "json",
            "pip",
            "venv",
        ):
            clean.put(f"{name}.py", f"open({str(marker)!r}, 'w')\n")
        clean.put("pip.conf", "[global]\nindex-url = https://example.org\n")
        ran = Job(clean.top, temp).run()
        assert ran.status == "success", ran.log
        assert not marker.exists()

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
    def test_a_checkout_that_belongs_to_the_runners_user_is_read(self, origin: Repository, temp: Path) -> None:
        """As in a job that runs in a container."""
        for path in (origin.top, *origin.top.rglob("*")):
            os.chown(path, 1001, 1001)
        ran = Job(origin.top, temp).run(args="--history-only")
        assert (ran.outputs["exit-code"], ran.outputs["findings"]) == ("1", "1"), ran.log
