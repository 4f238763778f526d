"""`keyguard baseline`: what a team does with it, through the real command, a real terminal and real git."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from keyguard.git.program import find_git
from keyguard.packs import expand
from tests.cases import LEAK, cases, fill
from tests.cases import expected as expected_of
from tests.cli.conftest import LONE_KEY, put, values
from tests.values import search

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard

FILE = ".keyguard-baseline"
DAY = "2099-01-01"


def entries(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / FILE).read_text().splitlines() if line.startswith("{")]


def git(folder: Path, *arguments: str, code: int = 0) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run([find_git() or "", *who, *arguments], cwd=folder, capture_output=True, check=False, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


class TestCreate:
    def test_records_what_is_found_and_a_scan_reports_what_is_new(self, keyguard: Keyguard, leak: Path) -> None:
        ran = keyguard("baseline", "create", cwd=leak)
        assert (ran.code, ran.out.splitlines()[0]) == (0, f"1 finding in {FILE}, 1 of them new.")
        assert keyguard("scan", cwd=leak).code == 1
        ran = keyguard("scan", "--baseline", FILE, cwd=leak)
        assert (ran.code, "1 suppressed (1 baseline)" in ran.out) == (0, True)
        put(leak / "more" / "key.env", LONE_KEY)
        ran = keyguard("scan", "--baseline", FILE, "-f", "json", cwd=leak)
        assert ran.code == 1
        assert [(f["rule"], f["suppressed"] and f["suppressed"]["by"]) for f in ran.report["findings"]] == [
            ("okx-credential", "baseline"),
            ("okx-api-key", None),
        ]

    def test_the_configuration_may_name_it(self, keyguard: Keyguard, leak: Path, tmp_path: Path) -> None:
        (leak / ".keyguard.yml").write_text("baseline: security/known\n")
        ran = keyguard("scan", leak)
        assert (ran.code, "hint: Create it from the current findings:" in ran.err) == (2, True)
        (leak / "security").mkdir()
        assert keyguard("baseline", "create", leak).code == 0
        assert (leak / "security" / "known").is_file()
        assert keyguard("scan", leak).code == 0
        assert keyguard("scan", ".", cwd=leak).code == 0
        assert not (tmp_path / FILE).exists()

    def test_never_overwrites_and_updates_on_request(self, keyguard: Keyguard, leak: Path) -> None:
        keyguard("baseline", "create", cwd=leak)
        before = (leak / FILE).read_text()
        put(leak / "more" / "key.env", LONE_KEY)
        ran = keyguard("baseline", "create", cwd=leak)
        assert ran.code == 2
        assert ran.err.startswith(f"error: the baseline {FILE} is there already.\nhint: --update")
        assert (leak / FILE).read_text() == before
        ran = keyguard("baseline", "create", "--update", cwd=leak)
        assert (ran.code, ran.out) == (0, f"2 findings in {FILE}, 1 of them new.\n")
        assert set(before.splitlines()) < set((leak / FILE).read_text().splitlines())

    def test_leaves_out_what_is_waived_already(self, keyguard: Keyguard, tmp_path: Path) -> None:
        put(tmp_path / "a.env", f"# keyguard: ignore[okx-api-key] sample\n{LONE_KEY}")
        assert keyguard("baseline", "create").out.startswith("0 findings")
        assert entries(tmp_path) == []

    @pytest.mark.parametrize("command", ["audit", "prune"])
    def test_without_a_file_the_others_say_so(self, keyguard: Keyguard, leak: Path, command: str) -> None:
        if command == "audit":
            seen, code = Dialogue(leak).end()
            assert (code, f"the baseline {FILE} does not exist." in seen) == (2, True)
        else:
            ran = keyguard("baseline", command, cwd=leak)
            assert (ran.code, "hint: Create it from the current findings:" in ran.err) == (
                2,
                True,
            )

    def test_a_path_that_does_not_exist_writes_nothing(self, keyguard: Keyguard, leak: Path) -> None:
        ran = keyguard("baseline", "create", ".", "nowhere", cwd=leak)
        assert (ran.code, ran.err.startswith("error: 'nowhere' does not exist.")) == (2, True)
        assert not (leak / FILE).exists()

    def test_standard_input_has_no_baseline(self, keyguard: Keyguard) -> None:
        assert keyguard("baseline", "create", "-").code == 2

    def test_a_folder_that_is_a_link_of_the_tree_leads_nowhere(
        self, keyguard: Keyguard, leak: Path, tmp_path: Path
    ) -> None:
        (outside := tmp_path / "outside").mkdir()
        (leak / "notes").symlink_to(outside)
        for name in ("notes/known", str(leak / "notes" / "known")):
            ran = keyguard("baseline", "create", "--baseline", name, cwd=leak)
            assert (ran.code, "notes is a symbolic link" in ran.err) == (2, True), ran.err
        assert list(outside.iterdir()) == []

    def test_a_link_in_its_place_is_not_written_through(self, keyguard: Keyguard, leak: Path, tmp_path: Path) -> None:
        target = tmp_path / "theirs"
        (leak / FILE).symlink_to(target)
        assert keyguard("baseline", "create", cwd=leak).code == 2
        assert not target.exists()
        target.write_text("")
        assert keyguard("baseline", "create", "--update", cwd=leak).code == 0
        assert (target.read_text(), (leak / FILE).is_symlink()) == ("", False)

    def test_nothing_recorded_is_nothing_to_revoke(self, keyguard: Keyguard, tmp_path: Path) -> None:
        put(tmp_path / "a.txt", "a\n")
        assert keyguard("baseline", "create").out == f"0 findings in {FILE}, 0 of them new.\n"

    def test_a_folder_in_its_place_is_called_one(self, keyguard: Keyguard, leak: Path) -> None:
        ran = keyguard("scan", "--baseline", "..", cwd=leak)
        assert (ran.code, "is a folder." in ran.err) == (2, True)

    def test_an_editor_may_have_put_a_mark_of_its_encoding_before_it(self, keyguard: Keyguard, leak: Path) -> None:
        keyguard("baseline", "create", cwd=leak)
        (leak / FILE).write_bytes(b"\xef\xbb\xbf" + (leak / FILE).read_bytes())
        assert keyguard("scan", "--baseline", FILE, cwd=leak).code == 0

    def test_what_was_accepted_by_hand_needs_a_reason(self, keyguard: Keyguard, leak: Path) -> None:
        keyguard("baseline", "create", cwd=leak)
        text = (leak / FILE).read_text()
        (leak / FILE).write_text(text.replace("]}", f'], "decision": "accepted", "expires": "{DAY}"}}'))
        assert keyguard("scan", "--baseline", FILE, cwd=leak).code == 2


class TestPrune:
    def test_drops_what_is_gone_and_nothing_else(self, keyguard: Keyguard, leak: Path) -> None:
        put(leak / "more" / "key.env", LONE_KEY)
        keyguard("baseline", "create", cwd=leak)
        assert keyguard("baseline", "prune", cwd=leak).out == "0 entries dropped, 2 left.\n"
        (leak / "more" / "key.env").unlink()
        ran = keyguard("baseline", "prune", "--dry-run", cwd=leak)
        assert ran.out.endswith("okx-api-key  more/key.env\n1 entry would be dropped, 1 left.\n")
        assert len(entries(leak)) == 2
        assert keyguard("baseline", "prune", cwd=leak).out.endswith("1 entry dropped, 1 left.\n")
        assert [entry["rule"] for entry in entries(leak)] == ["okx-credential"]

    def test_a_part_of_the_tree_is_not_enough(self, keyguard: Keyguard, leak: Path) -> None:
        (leak / "more").mkdir()
        git(leak, "init", "-q")
        keyguard("baseline", "create", cwd=leak)
        ran = keyguard("baseline", "prune", "more", cwd=leak)
        assert (ran.code, "only a part of the tree was scanned" in ran.err) == (2, True)

    def test_what_was_not_looked_at_keeps_its_entry(self, keyguard: Keyguard, leak: Path) -> None:
        put(leak / "large" / "key.env", LONE_KEY + "\n" * 5000)
        keyguard("baseline", "create", cwd=leak)
        assert keyguard("baseline", "prune", "--max-file-size", "4kB", cwd=leak).out.splitlines() == [
            "Skipped large/key.env: 4.9 KB is over the size limit of 3.9 KB (--max-file-size)",
            "0 entries dropped, 2 left.",
        ]
        assert keyguard("baseline", "prune", "--skip", "okx-api-key", cwd=leak).out == "0 entries dropped, 2 left.\n"

    def test_in_a_folder_of_a_repository_it_says_where_to_run_it(self, keyguard: Keyguard, leak: Path) -> None:
        (leak / "more").mkdir()
        git(leak, "init", "-q")
        keyguard("baseline", "create", cwd=leak)
        ran = keyguard("baseline", "prune", cwd=leak / "more")
        assert (ran.code, "hint: Run it without a path in the top folder of the repository" in ran.err) == (2, True)

    @pytest.mark.parametrize("options", [["--depth", "1"], ["--filter=blob:none"]], ids=["shallow", "partial"])
    def test_a_history_that_is_not_all_there_drops_nothing(
        self, keyguard: Keyguard, leak: Path, tmp_path: Path, options: list[str]
    ) -> None:
        git(leak, "init", "-q")
        git(leak, "config", "uploadpack.allowFilter", "true")
        git(leak, "add", "-A")
        git(leak, "commit", "-qm", "start")
        git(leak, "rm", "-q", ".env")
        keyguard("baseline", "create", cwd=leak)
        git(leak, "add", "-A")
        git(leak, "commit", "-qm", "baseline")
        git(tmp_path, "clone", "-q", *options, f"file://{leak}", "theirs")
        ran = keyguard("baseline", "prune", cwd=tmp_path / "theirs")
        assert (ran.code, "Skipped <history>: " in ran.out) == (0, True)
        assert ran.out.endswith("0 entries dropped, 1 left.\n")
        assert len(entries(tmp_path / "theirs")) == 1

    def test_what_lies_outside_git_on_a_colleagues_disk_stays_unless_asked(
        self, keyguard: Keyguard, leak: Path, tmp_path: Path
    ) -> None:
        git(leak, "init", "-q")
        (leak / ".gitignore").write_text(".env\n")
        keyguard("baseline", "create", cwd=leak)
        git(leak, "add", "-A")
        git(leak, "commit", "-qm", "baseline")
        git(tmp_path, "clone", "-q", str(leak), "theirs")
        ran = keyguard("baseline", "prune", cwd=tmp_path / "theirs")
        assert ran.out == (
            "Kept, as others may have files that git does not track: 1 (--untracked drops them).\n"
            "0 entries dropped, 1 left.\n"
        )
        ran = keyguard("baseline", "prune", "--untracked", cwd=tmp_path / "theirs")
        assert ran.out.endswith("1 entry dropped, 0 left.\n")


# --- the dialogue


class Dialogue:
    """`keyguard baseline audit` on a terminal of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.all = ""
        self._reader, terminal = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "keyguard", "baseline", "audit", *options],
            cwd=folder,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env=os.environ | {"TERM": "dumb"},  # no progress, however slow the machine is
            start_new_session=True,
        )
        os.close(terminal)
        self._seen = b""

    def answer(self, prompt: str, answer: str) -> str:
        """Wait for a prompt, answer it, and return what was shown before it."""
        self._read(prompt.encode())
        shown, _, rest = self._seen.partition(prompt.encode())
        self._seen = rest
        os.write(self._reader, f"{answer}\n".encode())
        return shown.decode()

    def interrupt_at(self, prompt: str) -> None:
        """Do what Ctrl-C does, and again as people do: just before it blocks, Python's `input` notices no signal."""
        self._read(prompt.encode())
        while self.process.poll() is None and " open." not in self.all:
            self.process.send_signal(signal.SIGINT)
            self._read_what_comes(seconds=2)

    def end(self) -> tuple[str, int]:
        self._read(None)
        os.close(self._reader)
        return self.all.replace("\r\n", "\n"), self.process.wait(60)

    def _read(self, wanted: bytes | None) -> None:
        self._read_what_comes(60, wanted)
        assert wanted is None or wanted in self._seen, self.all

    def _read_what_comes(self, seconds: float, wanted: bytes | None = None) -> None:
        """Read until something wanted has come, the other end is closed, or it has taken too long."""
        deadline = time.monotonic() + seconds
        while (wanted is None or wanted not in self._seen) and time.monotonic() < deadline:
            if select.select([self._reader], [], [], 1)[0]:
                try:
                    more = os.read(self._reader, 1 << 16)
                except OSError:  # how Linux says that the other end was closed
                    break
                self._seen += more
                self.all += more.decode()


class TestAudit:
    @pytest.fixture
    def three(self, keyguard: Keyguard, leak: Path) -> Path:
        """Return a folder with three findings, in a baseline."""
        put(leak / "more" / "key.env", LONE_KEY)
        put(leak / "other" / "key.env", "OKX_SECRET_KEY=<secret_key:9>  # DB_PASSWORD=hunter2hunter2\n")
        keyguard("baseline", "create", cwd=leak)
        return leak

    def test_takes_three_decisions_and_a_scan_heeds_them(self, keyguard: Keyguard, three: Path) -> None:
        dialogue = Dialogue(three)
        first = dialogue.answer("Decision", "r")
        assert "critical  okx-credential" in first
        dialogue.answer("Decision", "f")
        dialogue.answer("Reason", "sample of the manual")
        dialogue.answer("Decision", "a")
        dialogue.answer("Until which day", "2020-01-01")
        dialogue.answer("That day is over", "")
        dialogue.answer("Until which day", "soon")
        dialogue.answer("Until which day", DAY)
        dialogue.answer("Reason", "")
        dialogue.answer("Say why", "")
        dialogue.answer("Reason", "moves in spring")
        seen, code = dialogue.end()
        assert (code, seen.splitlines()[-1]) == (0, "3 decided (1 accepted, 1 false alarm, 1 real), 0 open.")
        report = keyguard("scan", "--baseline", FILE, "-f", "json", cwd=three).report
        reasons = {f["rule"]: f["suppressed"] and f["suppressed"]["reason"] for f in report["findings"]}
        assert reasons["okx-credential"] is None
        assert set(reasons.values()) == {
            None, "false alarm: sample of the manual", f"accepted until {DAY}: moves in spring"
        }  # fmt: skip

    def test_shows_the_lines_around_and_never_a_value(self, three: Path) -> None:
        dialogue = Dialogue(three)
        for _ in range(3):
            dialogue.answer("Decision", "s")
        seen, _ = dialogue.end()
        assert "OKX_PASSPHRASE=********" in seen
        assert "OKX_SECRET_KEY=********  # DB_PASSWORD=********" in seen
        found = [*values(), expand("<secret_key:9>", "cli"), "hunter2"]
        assert not [value for value in found if value in seen]

    def test_each_decision_is_written_at_once_and_decided_ones_do_not_come_again(self, three: Path) -> None:
        dialogue = Dialogue(three)
        dialogue.answer("Decision", "r")
        dialogue.interrupt_at("Decision")
        seen, code = dialogue.end()
        assert (code, seen.splitlines()[-1]) == (130, "1 decided (1 real), 2 open.")
        assert [entry["decision"] for entry in entries(three) if "decision" in entry] == ["real"]
        for options, count in (((), 2), (("--again",), 3)):
            dialogue = Dialogue(three, *options)
            assert dialogue.answer("Decision", "q").startswith(f"{count} to decide on.")
            dialogue.end()

    def test_an_acceptance_that_is_over_and_a_new_finding_are_open(self, keyguard: Keyguard, leak: Path) -> None:
        keyguard("baseline", "create", cwd=leak)
        text = (leak / FILE).read_text()
        over = ', "decision": "accepted", "reason": "for the demo", "expires": "2020-01-01"}'
        (leak / FILE).write_text(text.replace("]}", f"]{over}"))
        ran = keyguard("scan", "--baseline", FILE, cwd=leak)
        assert ran.code == 1
        assert "okx-credential in .env was accepted until 2020-01-01." in ran.out
        put(leak / "more" / "key.env", LONE_KEY)
        dialogue = Dialogue(leak)
        assert "Accepted until 2020-01-01, which is over: for the demo" in dialogue.answer("Decision", "f")
        dialogue.answer("Reason", "")
        assert "New: no entry knows it." in dialogue.answer("Decision", "f")
        dialogue.answer("Reason", f"it is {values()[0]} of nobody")
        assert dialogue.end()[1] == 0
        assert keyguard("scan", "--baseline", FILE, cwd=leak).code == 0
        assert len(entries(leak)) == 2
        assert not [value for value in values() if value in (leak / FILE).read_text()]
        assert "it is ******** of nobody" in (leak / FILE).read_text()

    def test_a_reason_keeps_no_value_that_this_scan_did_not_find(self, leak: Path, keyguard: Keyguard) -> None:
        keyguard("baseline", "create", cwd=leak)
        new = [expand(f"<{part}:7>", "cli") for part in ("api_key", "secret_key", "passphrase")]
        dialogue = Dialogue(leak)
        dialogue.answer("Decision", "f")
        names = ("OKX_API_KEY", "OKX_SECRET_KEY", "OKX_PASSPHRASE")
        said = " ".join(f"{name}={value}" for name, value in zip(names, new, strict=True))
        dialogue.answer("Reason", f"replaced by {said} on Monday")
        assert dialogue.end()[1] == 0
        written = (leak / FILE).read_text()
        assert "replaced by OKX_API_KEY=********" in written
        assert not [value for value in new if value in written]

    def test_somebody_elses_password_is_masked_to_its_end(self, keyguard: Keyguard, tmp_path: Path) -> None:
        text = "db_password: correct horse battery staple\nlogin: admin / hunter2hunter2\nnote: left as it is\n"
        folder = put(tmp_path / "bot" / "a.yml", f"OKX_SECRET_KEY: <secret_key:9>\n{text}").parent
        put(folder / "b.yml", f"{text}OKX_API_KEY: <api_key:9>\n")
        keyguard("baseline", "create", cwd=folder)
        dialogue = Dialogue(folder)
        dialogue.answer("Decision", "s")
        seen, _ = dialogue.end()
        assert "note: left as it is" in seen
        assert not [word for word in ("horse", "staple", "hunter2") if word in seen]

    def test_a_reason_that_was_edited_prints_no_line_of_its_own(self, keyguard: Keyguard, leak: Path) -> None:
        keyguard("baseline", "create", cwd=leak)
        text = (leak / FILE).read_text()
        (leak / FILE).write_text(text.replace("]}", '], "decision": "false alarm", "reason": "x\\nDecided: real."}'))
        dialogue = Dialogue(leak, "--again")
        assert "Decided: false alarm: x\\x0aDecided: real." in dialogue.answer("Decision", "q")
        dialogue.end()

    def test_without_a_terminal_it_says_so(self, keyguard: Keyguard, three: Path) -> None:
        ran = keyguard("baseline", "audit", cwd=three)
        assert (ran.code, ran.err.startswith("error: an audit needs a terminal")) == (2, True)
        assert '"In a script"' in ran.err


class TestSarif:
    """Code scanning closes the alert of a result that is missing, and reads no suppressions."""

    def test_what_is_known_is_left_out_and_there_again_when_it_counts(self, keyguard: Keyguard, leak: Path) -> None:
        def fingerprints(*options: str) -> list[str]:
            (run,) = keyguard("scan", "-f", "sarif", *options, cwd=leak).report["runs"]
            return [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]

        before = fingerprints()
        keyguard("baseline", "create", cwd=leak)
        assert fingerprints("--baseline", FILE) == []
        text = (leak / FILE).read_text()
        (leak / FILE).write_text(text.replace("]}", '], "decision": "real"}'))
        assert fingerprints("--baseline", FILE) == before
        assert len(before) == 1

    def test_viewers_that_know_suppressions_are_told_where_and_why(self, keyguard: Keyguard, leak: Path) -> None:
        keyguard("baseline", "create", cwd=leak)
        text = (leak / FILE).read_text()
        (leak / FILE).write_text(text.replace("]}", '], "decision": "false alarm", "reason": "revoked"}'))
        options = ("--baseline", FILE, "--sarif-suppressed")
        (run,) = keyguard("scan", "-f", "sarif", *options, cwd=leak).report["runs"]
        (suppression,) = run["results"][0]["suppressions"]
        assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
        assert re.fullmatch(rf"false alarm: revoked \(baseline, {FILE}:\d+\)", suppression["justification"])


# --- the history


class TestHistory:
    @pytest.fixture
    def repository(self, tmp_path: Path) -> Path:
        folder = tmp_path / "repository"
        folder.mkdir()
        git(folder, "init", "-q")
        put(folder / "run.sh", "OKX_PASSPHRASE=<passphrase>\n")
        self.commit(folder)
        return folder

    def commit(self, folder: Path) -> None:
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", "more")

    def test_a_renamed_file_and_a_squashed_branch_bring_nothing_back(
        self, keyguard: Keyguard, repository: Path
    ) -> None:
        keyguard("baseline", "create", cwd=repository)
        (repository / "run.sh").rename(repository / "start.sh")
        self.commit(repository)
        assert keyguard("scan", "--baseline", FILE, cwd=repository).code == 0
        assert keyguard("baseline", "prune", cwd=repository).out == "0 entries dropped, 1 left.\n"
        git(repository, "checkout", "-q", "--orphan", "squashed")
        self.commit(repository)
        git(repository, "branch", "-qD", "main")
        git(repository, "reflog", "expire", "--expire=now", "--all")
        git(repository, "gc", "-q", "--prune=now")
        assert keyguard("scan", "--baseline", FILE, cwd=repository).code == 0

    def test_a_new_value_on_an_old_line_is_new_even_of_a_lone_passphrase(
        self, keyguard: Keyguard, repository: Path
    ) -> None:
        """The history holds the old one beside it."""
        keyguard("baseline", "create", cwd=repository)
        put(repository / "run.sh", "OKX_PASSPHRASE=<passphrase:2>\n")
        ran = keyguard("scan", "--baseline", FILE, "-f", "json", cwd=repository)
        (new,) = [finding for finding in ran.report["findings"] if not finding["suppressed"]]
        assert (ran.code, [origin["tracking"] for origin in new["origins"]]) == (1, ["tracked"])

    def test_an_audit_shows_the_lines_around_what_only_the_history_holds(
        self, keyguard: Keyguard, repository: Path
    ) -> None:
        put(repository / "old.env", "# the first account\nOKX_API_KEY=<api_key>\n")
        self.commit(repository)
        (repository / "old.env").unlink()
        (repository / "run.sh").unlink()
        self.commit(repository)
        keyguard("baseline", "create", cwd=repository)
        dialogue = Dialogue(repository)
        dialogue.answer("Decision", "s")
        seen, code = dialogue.end()
        assert code == 0
        assert "| # the first account" in seen
        assert re.search(r"\n  old\.env:2:13  api key  \w{4}\*{8}  \(in history\)\n", seen)
        added, removed = (git(repository, "log", "--format=%h", "--abbrev=10", "-1", at).strip() for at in ("@~2", "@"))
        assert re.search(rf"\n  came with {added} \d{{4}}-\d\d-\d\d a\n  gone with {removed} ", seen)
        assert "\n  held by   main; 2 commits, 2 paths\n" in seen
        assert "| OKX_API_KEY=********" in seen


# --- two branches


LEAKS = {f"svc{number}/key.env": f"OKX_API_KEY=<api_key:{number}>\n" for number in range(1, 9)}


class TestMerge:
    @pytest.fixture
    def repository(self, keyguard: Keyguard, tmp_path: Path) -> Path:
        folder = tmp_path / "repository"
        folder.mkdir()
        git(folder, "init", "-q")
        for name in list(LEAKS)[:6]:
            put(folder / name, LEAKS[name])
        git(folder, "add", "-A")
        keyguard("baseline", "create", cwd=folder)
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", "start")
        return folder

    def change(self, keyguard: Keyguard, folder: Path, branch: str, what: str) -> None:
        """Commit on a branch of its own what one of two people does to the baseline."""
        git(folder, "checkout", "-qb", branch, "main")
        kind, _, name = what.partition(" ")
        if kind == "add":
            put(folder / name, LEAKS[name])
            git(folder, "add", "-A")
            assert keyguard("baseline", "create", "--update", cwd=folder).code == 0
        elif kind == "remove":
            (folder / name).unlink()
            assert keyguard("baseline", "prune", cwd=folder).code == 0
        else:
            text = (folder / FILE).read_text()
            line = next(line for line in text.splitlines() if name in line)
            decided = line.replace("]}", '], "decision": "false alarm", "reason": "sample"}')
            (folder / FILE).write_text(text.replace(line, decided))
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", what)

    @pytest.mark.parametrize("union", [False, True])
    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            ("add svc7/key.env", "add svc8/key.env"),
            ("add svc7/key.env", "add svc7/key.env"),
            ("add svc7/key.env", "remove svc2/key.env"),
            ("decide svc1/key.env", "decide svc4/key.env"),
            ("decide svc1/key.env", "add svc8/key.env"),
            ("remove svc3/key.env", "remove svc5/key.env"),
        ],
    )
    def test_both_change_it_and_git_merges_them(
        self, keyguard: Keyguard, repository: Path, ours: str, theirs: str, *, union: bool
    ) -> None:
        if union:
            (repository / ".gitattributes").write_text(f"{FILE} merge=union\n")
            git(repository, "add", "-A")
            git(repository, "commit", "-qm", "attributes")
        self.change(keyguard, repository, "ours", ours)
        self.change(keyguard, repository, "theirs", theirs)
        git(repository, "merge", "-q", "--no-edit", "ours")
        assert keyguard("scan", "--baseline", FILE, cwd=repository).code == 0
        decided = [entry for entry in entries(repository) if "decision" in entry]
        assert len(decided) == sum(what.startswith("decide") for what in (ours, theirs))
        assert keyguard("baseline", "prune", cwd=repository).out.startswith("0 entries dropped")

    def test_few_pairs_of_additions_fall_on_one_spot(self, tmp_path: Path) -> None:
        """Sixteen lines that are always there keep additions apart even in an empty baseline."""
        from keyguard.detect.baseline import Entry, written
        from keyguard.fingerprint import digest

        new = [Entry(digest(str(number)), "r", "p", (digest(str(number)),)) for number in range(12)]
        files = {name: tmp_path / name for name in ("base", "one", "two")}
        files["base"].write_text(written([]))
        conflicts = 0
        for one, two in combinations(new, 2):
            files["one"].write_text(written([one]))
            files["two"].write_text(written([two]))
            command = [find_git() or "", "merge-file", "-p", *(str(files[name]) for name in ("one", "base", "two"))]
            conflicts += subprocess.run(command, capture_output=True, check=False).returncode != 0
        assert conflicts <= 66 // 8


@pytest.mark.slow
def test_no_value_of_the_corpus_stands_in_a_baseline_or_the_cache_or_what_is_said(
    keyguard: Keyguard, tmp_path: Path
) -> None:
    tree, cache = tmp_path / "tree", tmp_path / "cache"
    held: set[str] = set()
    for case in cases(LEAK):
        fill(case, tree / case.name)
        held |= {value for credential in expected_of(case).values() for _, value in credential if len(value) >= 6}
    env = {"KEYGUARD_CACHE_DIR": str(cache), "KEYGUARD_DEBUG": "1"}
    said = [keyguard("baseline", "create", "--all", "--min-confidence", "low", cwd=tree, env=env)]
    said += [keyguard("baseline", "prune", "--all", cwd=tree, env=env)]
    said += [keyguard("scan", "--all", "--baseline", FILE, cwd=tree, env=env)]
    texts = [ran.out + ran.err for ran in said] + [(tree / FILE).read_text()]
    texts += [path.read_bytes().decode("latin-1") for path in cache.rglob("*") if path.is_file()]
    assert len(entries(tree)) > 300
    # Words that the report's own lines and the names of files may spell.
    names = "\n".join(map(str, tree.rglob("*"))).lower()
    ordinary = {value for value in held if value.lower() in names}
    assert not search(map(str.encode, held - ordinary), ignore_case=True)("\n".join(texts).encode())
    assert len(ordinary) < 5
