"""What is told of a finding: who brought it, who removed it, what reaches it, and what waives it."""

from __future__ import annotations

import pytest

from tests.history.conftest import Made, Repository, Scanned, fast_import, key, keys, leak, part, run, scan

WAIVER = "# keyguard: ignore[okx-credential] a sample\n"


class TestOneFinding:
    def test_a_credential_of_many_contents_is_one(self, repository: Repository) -> None:
        commits = [Made(files={"bot/.env": leak("same") + f"# version {number}\n"}) for number in range(50)]
        commits += [Made(files={"bot/.env": leak("same"), f"copy{number}.py": leak("same")}) for number in range(5)]
        commits += [Made(files={"bot/.env": "", **dict.fromkeys(f"copy{number}.py" for number in range(5))})]
        fast_import(repository, commits)
        repository.git("reset", "-q", "--hard")
        ran = scan(repository)
        assert ran.keys == keys("same")
        told = ran.history("same")
        assert (told["commits"], told["paths"], told["apart"], told["in_head"]) == (55, 6, False, False)
        assert told["introduced"]["path"] == "bot/.env"

    def test_each_commit_that_brought_it_is_an_origin(self, repository: Repository) -> None:
        first, _ = repository.passing("a.env", leak("same"))
        second, _ = repository.passing("b.env", leak("same"))
        third = repository.commit({"c.env": leak("same")})
        origins = scan(repository).finding("same")["origins"]
        assert {(one["path"], one["commit"]) for one in origins if one["tracking"] == "committed"} == {
            ("a.env", first),
            ("b.env", second),
            ("c.env", third),
        }
        assert [one["path"] for one in origins if one["tracking"] == "tracked"] == ["c.env"]

    def test_a_rotation_stays_two(self, repository: Repository) -> None:
        repository.commit({".env": leak("spring")})
        rotated = repository.commit({".env": leak("summer")})
        ran = scan(repository)
        assert ran.keys == keys("spring", "summer")
        assert ran.history("spring")["removed"]["commit"] == rotated
        assert ran.history("summer")["introduced"]["commit"] == rotated
        assert ran.history("summer")["in_head"]
        assert not ran.history("spring")["apart"]
        assert ran.finding("spring")["missing"] == ran.finding("summer")["missing"] == []

    def test_ten_rotations_stay_eleven(self, repository: Repository) -> None:
        names = [f"year {number}" for number in range(11)]
        fast_import(repository, [Made(files={".env": f"# {name}\n" + leak(name)}) for name in names])
        repository.git("reset", "-q", "--hard")
        ran = scan(repository)
        assert ran.keys == keys(*names)
        assert all(not one["missing"] and not one["history"]["apart"] for one in ran.report["findings"])

    def test_a_removal_and_a_return(self, repository: Repository) -> None:
        first, _ = repository.passing(".env", leak("back"))
        repository.commit({".env": leak("back")})
        told = scan(repository).history("back")
        assert (told["introduced"]["commit"], told["removed"], told["in_head"]) == (first, None, True)
        last = repository.commit({".env": None})
        told = scan(repository).history("back")
        assert (told["removed"]["commit"], told["commits"]) == (last, 2)

    def test_the_removal_of_the_last_copy_is_the_removal(self, repository: Repository) -> None:
        repository.commit({"a.env": leak("same"), "b.env": leak("same")})
        repository.commit({"a.env": None})
        assert scan(repository).history("same")["in_head"]
        last = repository.commit({"b.env": None})
        removed = scan(repository).history("same")["removed"]
        assert (removed["commit"], removed["path"]) == (last, "b.env")

    def test_a_removal_on_a_side_branch_counts_when_it_is_merged(self, repository: Repository) -> None:
        repository.commit({".env": leak("same")})
        repository.git("checkout", "-q", "-b", "side")
        removal = repository.commit({".env": None})
        repository.git("checkout", "-q", "main")
        repository.commit({"a.txt": "a"})
        assert scan(repository).history("same")["in_head"]
        repository.git("merge", "-q", "--no-ff", "--no-edit", "side")
        assert scan(repository).history("same")["removed"]["commit"] == removal


class TestApart:
    """Parts that never stood together."""

    def test_a_key_and_later_its_secret_in_one_file(self, repository: Repository) -> None:
        march = repository.commit({"bot.env": part("api_key", "parted")})
        june = repository.commit({"bot.env": part("secret_key", "parted") + part("passphrase", "parted")})
        ran = scan(repository, "--history-only")
        assert (ran.keys, ran.rules) == (keys("parted"), ["okx-credential"])
        told = ran.history("parted")
        assert (told["apart"], told["introduced"]["commit"], told["in_head"]) == (True, march, True)
        assert ran.finding("parted")["missing"] == []
        assert {one["commit"] for one in ran.finding("parted")["origins"]} == {march, june}

    def test_in_two_files_of_a_folder(self, repository: Repository) -> None:
        repository.passing("conf/key.env", part("api_key", "parted"))
        repository.passing("conf/secret.env", part("secret_key", "parted") + part("passphrase", "parted"))
        ran = scan(repository)
        assert (ran.keys, ran.rules) == (keys("parted"), ["okx-credential"])
        assert ran.history("parted")["apart"]

    def test_a_file_of_today_and_a_key_of_the_past(self, repository: Repository) -> None:
        repository.commit({"bot.env": part("api_key", "parted")})
        repository.commit({"bot.env": part("secret_key", "parted") + part("passphrase", "parted")})
        ran = scan(repository)
        assert (ran.keys, ran.rules) == (keys("parted"), ["okx-credential"])
        assert ran.history("parted")["apart"]

    def test_what_stood_together_once_is_not_apart(self, repository: Repository) -> None:
        repository.commit({"bot.env": part("api_key", "whole")})
        repository.commit({"bot.env": leak("whole")})
        repository.commit({"bot.env": part("secret_key", "whole")})
        ran = scan(repository)
        assert ran.rules == ["okx-credential"]
        assert not ran.history("whole")["apart"]

    def test_two_files_that_stood_in_one_commit_are_together(self, repository: Repository) -> None:
        repository.commit({"c/key.env": part("api_key", "pair")})
        repository.commit({"c/secret.env": part("secret_key", "pair") + part("passphrase", "pair")})
        assert not scan(repository).history("pair")["apart"]

    def test_nothing_is_joined_across_folders(self, repository: Repository) -> None:
        repository.passing("one/a.env", part("api_key", "parted"))
        repository.passing("two/b.env", part("secret_key", "parted"))
        assert "okx-credential" not in scan(repository).rules


class TestWaivers:
    def suppressed(self, ran: Scanned, name: str) -> str | None:
        found = ran.finding(name)["suppressed"]
        return found["by"] if found else None

    @pytest.mark.parametrize("options", [[], ["--history-only"]])
    def test_a_comment_in_heads_version_waives_the_history_too(
        self, repository: Repository, options: list[str]
    ) -> None:
        repository.commit({"a.env": leak("waived")})
        repository.commit({"a.env": WAIVER + leak("waived")})
        ran = scan(repository, *options)
        assert (ran.code, self.suppressed(ran, "waived")) == (0, "inline")

    @pytest.mark.parametrize("options", [[], ["--history-only"]])
    def test_a_comment_that_was_removed_brings_it_back(self, repository: Repository, options: list[str]) -> None:
        repository.commit({"a.env": WAIVER + leak("waived")})
        repository.commit({"a.env": "# some other words\n" + leak("waived")})
        ran = scan(repository, *options)
        assert (ran.code, self.suppressed(ran, "waived")) == (1, None)

    @pytest.mark.parametrize("options", [[], ["--history-only"]])
    def test_a_waived_file_that_is_gone_stays_waived(self, repository: Repository, options: list[str]) -> None:
        repository.passing("a.env", WAIVER + leak("waived"))
        ran = scan(repository, *options)
        assert (ran.code, self.suppressed(ran, "waived")) == (0, "inline")

    def test_a_comment_at_the_same_line_of_another_version_waives_nothing_else(self, repository: Repository) -> None:
        repository.commit({"a.env": "# x\n" + leak("open")})
        repository.commit({"a.env": WAIVER + leak("waived")})
        repository.commit({"a.env": "# x\n"})
        ran = scan(repository)
        assert ran.code == 1
        assert (self.suppressed(ran, "open"), self.suppressed(ran, "waived")) == (None, "inline")

    def test_a_comment_of_today_waives_no_other_credential_of_the_same_lines(self, repository: Repository) -> None:
        repository.commit({"a.env": "# x\n" + leak("open")})
        repository.commit({"a.env": WAIVER + leak("waived")})
        ran = scan(repository)
        assert (self.suppressed(ran, "open"), self.suppressed(ran, "waived")) == (None, "inline")

    def test_a_waived_copy_does_not_waive_an_open_one(self, repository: Repository) -> None:
        repository.passing("a.env", WAIVER + leak("same"))
        repository.passing("b.env", leak("same"))
        ran = scan(repository)
        assert (ran.code, self.suppressed(ran, "same")) == (1, None)

    def test_an_ignore_file_speaks_for_the_past_of_a_path(self, repository: Repository) -> None:
        repository.passing("samples/a.env", leak("sample"))
        repository.passing("src/a.env", leak("real"))
        repository.write(".keyguardignore", "samples/\n")
        ran = scan(repository)
        assert (self.suppressed(ran, "sample"), self.suppressed(ran, "real")) == ("ignore-file", None)
        assert ran.report["unused_ignores"] == []

    def test_a_waiver_that_only_the_past_needs_is_not_called_unused(self, repository: Repository) -> None:
        repository.commit({"a.env": leak("waived")})
        repository.commit({"a.env": WAIVER + "OKX_API_KEY=\n"})
        ran = scan(repository)
        assert ran.code == 1
        assert [one["where"] for one in ran.report["unused_ignores"]] == ["a.env:1"]


class TestOneSecond:
    """Commits of a script or a rebase have the time of one another; which is the newer one, parents tell."""

    @pytest.fixture
    def hasty(self, repository: Repository) -> Repository:
        for text in (leak("waived"), WAIVER + leak("waived")):
            repository.write("a.env", text)
            repository.git("add", "a.env")
            repository.git("commit", "-q", "-m", "change")
            repository.git("branch", "a", check=False)  # of the first of them; refs are walked in the order of names
        return repository

    def test_a_comment_in_the_last_version_waives_the_versions_before_it(self, hasty: Repository) -> None:
        hasty.git("rm", "-q", "a.env")
        ran = scan(hasty, "--history-only")
        assert (ran.code, ran.finding("waived")["suppressed"]["by"]) == (0, "inline")

    def test_who_brought_and_who_removed_it(self, hasty: Repository) -> None:
        hasty.git("rm", "-q", "a.env")
        hasty.git("commit", "-q", "-m", "gone")
        told = scan(hasty, "--history-only").history("waived")
        assert told["introduced"]["commit"] == hasty.git("rev-parse", "HEAD~2")
        assert told["removed"]["commit"] == hasty.head()


class TestText:
    def test_what_no_ref_reaches_yet_is_not_said_to_have_never_been_anywhere(self, repository: Repository) -> None:
        repository.commit({"a.txt": "a"})
        repository.git("checkout", "-q", "--detach")
        pushed = repository.commit({".env": leak("pushed")})
        repository.git("checkout", "-q", "main")
        out = run("scan", "--range", f"main..{pushed}", cwd=repository.top).out
        assert "in HEAD   no; no ref reaches it" in out
        out = run("scan", "--history-only", cwd=repository.top).out
        assert "in HEAD   no; only the reflog reaches it" in out

    def test_a_history_alone_says_nothing_of_the_work_tree(self, repository: Repository) -> None:
        repository.commit({".env": leak("here"), "README": "hello"})
        out = run("scan", "--history-only", "-f", "sarif", cwd=repository.top).out
        assert "Only the history" not in out

    def test_a_note_of_a_range_is_named_as_that_of_a_history(self, repository: Repository) -> None:
        repository.commit({"README": "hello"})
        repository.git("notes", "add", "-m", leak("noted"))
        for options in (["--history-only"], ["--range", f"{repository.head()}..refs/notes/commits"]):
            (path,) = {one["path"] for one in scan(repository, *options).finding("noted")["parts"]}
            assert path == f"<note on {repository.head()[:10]}>"

    def test_a_scan_that_found_something_is_not_said_to_have_read_nothing(self, repository: Repository) -> None:
        repository.commit({"README": "hello"})
        repository.git("tag", "-a", "t", "-m", leak("tagged"))
        lines = f"{'0' * 40} {repository.git('rev-parse', 't')} refs/tags/t\n"
        ran = run("scan", "--received", cwd=repository.top, stdin=lines.encode())
        assert ran.code == 1
        assert "Nothing was scanned" not in ran.out

    def test_the_report_for_people_tells_commit_and_date_and_what_was_read(self, repository: Repository) -> None:
        brought, removed = repository.passing(".env", leak("gone"))
        out = run("scan", "--history-only", cwd=repository.top).out
        assert brought[:10] in out
        assert "Nothing was scanned" not in out
        assert "1 finding (1 critical)" in out
        assert key("gone") not in out
        assert removed

    def test_a_clean_history_says_what_was_read(self, repository: Repository) -> None:
        repository.passing("a.txt", "a")
        out = run("scan", "--history-only", cwd=repository.top).out
        assert out.startswith("No findings in ")
        assert "2 commits" in out

    def test_an_author_cannot_write_to_the_terminal(self, repository: Repository) -> None:
        repository.write(".env", leak("gone"))
        repository.git("add", ".")
        repository.git("commit", "-q", "-m", "x", GIT_AUTHOR_NAME="Eve\x1b]0;own\x07\x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}")
        ran = run("scan", cwd=repository.top)
        assert "\x1b" not in ran.out
        assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in ran.out
        assert scan(repository).history("gone")["introduced"]["author"].startswith("Eve")

    @pytest.mark.parametrize("date", ["99999999999 +0000", "1700000000 +9999", "0 -0000"])
    def test_a_date_that_no_calendar_has_is_no_trouble(self, repository: Repository, date: str) -> None:
        repository.write(".env", leak("odd"))
        repository.git("add", ".")
        tree = repository.git("write-tree")
        text = f"tree {tree}\nauthor Ada <a@example.org> {date}\ncommitter Ada <a@example.org> {date}\n\nx\n"
        commit = repository.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=text)
        repository.git("update-ref", "refs/heads/main", commit)
        assert scan(repository).history("odd")["introduced"]["commit"] == commit
        assert run("scan", cwd=repository.top).code == 1
