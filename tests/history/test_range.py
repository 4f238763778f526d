"""What the commits of a range added: for pull requests, and before a push."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.history.conftest import Repository, keys, leak, run, scan

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def begun(repository: Repository) -> Repository:
    """Return a repository with a credential that was there before."""
    repository.commit({"old.env": leak("old"), "a.txt": "a\n"})
    repository.git("tag", "start")
    return repository


def test_what_was_there_before_is_not_told(begun: Repository) -> None:
    begun.commit({"new.env": leak("new")})
    for options in (["--since", "start"], ["--range", "start..HEAD"], ["--range", "start.."]):
        ran = scan(begun, *options)
        assert (ran.code, ran.keys) == (1, keys("new"))


def test_what_came_and_went_within_the_range_is_told(begun: Repository) -> None:
    brought, removed = begun.passing("new.env", leak("new"))
    told = scan(begun, "--since", "start").history("new")
    assert (told["introduced"]["commit"], told["removed"]["commit"], told["in_head"]) == (brought, removed, False)


def test_a_message_of_the_range(begun: Repository) -> None:
    begun.commit({"a.txt": "b\n"}, message=leak("said"))
    assert scan(begun, "--since", "start").keys == keys("said")
    assert scan(begun, "--since", "HEAD").keys == []


def test_a_file_that_another_version_of_left_as_it_was(begun: Repository) -> None:
    begun.commit({"old.env": leak("old") + "# and a comment\n"})
    assert scan(begun, "--since", "start").keys == keys("old")


def test_a_copy_and_a_rename_bring_it_again(begun: Repository) -> None:
    begun.git("mv", "old.env", "moved.env")
    begun.commit()
    ran = scan(begun, "--since", "start")
    assert ran.keys == keys("old")
    assert {one["path"] for one in ran.finding("old")["parts"]} == {"moved.env"}


def test_a_revert_of_a_removal_brings_it_again(begun: Repository) -> None:
    removal = begun.commit({"old.env": None})
    begun.git("revert", "--no-edit", removal)
    assert scan(begun, "--since", "start").keys == keys("old")
    assert scan(begun, "--range", "start..HEAD~1").keys == []


def test_a_revert_of_what_the_range_brought_hides_nothing(begun: Repository) -> None:
    brought = begun.commit({"new.env": leak("new")})
    begun.git("revert", "--no-edit", brought)
    told = scan(begun, "--since", "start").history("new")
    assert (told["introduced"]["commit"], told["in_head"]) == (brought, False)


class TestMerges:
    @pytest.fixture
    def merged(self, begun: Repository) -> Repository:
        """Return a feature into which main was merged, and a main that went on."""
        begun.git("checkout", "-q", "-b", "feature")
        begun.commit({"feature.env": leak("feature")})
        begun.git("checkout", "-q", "main")
        begun.commit({"main.env": leak("main")})
        begun.git("checkout", "-q", "feature")
        begun.git("merge", "-q", "--no-ff", "--no-commit", "main")
        begun.commit({"evil.env": leak("evil")}, message="merge")
        return begun

    def test_what_a_merge_brought_from_the_other_side_is_not_the_ranges(self, merged: Repository) -> None:
        assert scan(merged, "--range", "main..feature").keys == keys("feature", "evil")

    def test_from_the_first_commit_on_all_of_both_sides_is(self, merged: Repository) -> None:
        assert scan(merged, "--since", "start").keys == keys("feature", "main", "evil")

    def test_the_merge_itself_may_be_the_range(self, merged: Repository) -> None:
        assert scan(merged, "--range", "HEAD~1..HEAD").keys == keys("main", "evil")
        parents = merged.git("rev-parse", "HEAD^1", "HEAD^2").split()
        merged.git("update-ref", "refs/heads/both", merged.git("commit-tree", "HEAD~1^{tree}", *_as_parents(parents)))
        assert scan(merged, "--range", "both..feature").keys == keys("evil")

    def test_three_dots_mean_what_two_do(self, merged: Repository) -> None:
        merged.git("checkout", "-q", "main")
        merged.commit({"later.env": leak("later")})
        assert scan(merged, "--range", "main...feature").keys == keys("feature", "evil")
        assert scan(merged, "--range", "feature..main").keys == keys("later")

    def test_the_way_of_a_finding_is_told_within_the_range(self, merged: Repository) -> None:
        told = scan(merged, "--range", "main..feature").history("evil")
        assert told["introduced"]["commit"] == merged.head()
        assert (told["in_head"], told["refs"]) == (True, ["refs/heads/feature"])


def _as_parents(commits: list[str]) -> list[str]:
    return [word for commit in commits for word in ("-p", commit)] + ["-m", "both"]


def test_an_empty_range_is_said(begun: Repository) -> None:
    for options in (["--since", "HEAD"], ["--range", "HEAD..start"], ["--range", "start..start"]):
        ran = run("scan", *options, cwd=begun.top)
        assert ran.code == 0
        assert "The range holds no commits: there was nothing to scan." in ran.out + ran.err


def test_a_range_that_names_no_commit_is_an_error(begun: Repository) -> None:
    for options in (
        ["--since", "nowhere"],
        ["--range", "start..nowhere"],
        ["--since", "--all"],
        ["--since", "HEAD:a.txt"],
    ):
        ran = run("scan", *options, cwd=begun.top)
        assert ran.code == 2
        assert "names no commit" in ran.err
    assert "is no range of commits" in run("scan", "--range", "start", cwd=begun.top).err


def test_all_of_a_first_commit(repository: Repository) -> None:
    repository.commit({"first.env": leak("first")})
    repository.git("checkout", "-q", "--orphan", "other")
    repository.git("rm", "-rfq", ".")
    repository.commit({"a.txt": "a"})
    assert scan(repository, "--range", "other..main").keys == keys("first")


@pytest.mark.parametrize(
    "options",
    [
        ["--range", "0000000000000000000000000000000000000000..HEAD"],
        ["--range", "0000000000000000000000000000000000000000.."],
        ["--range", "0000000000000000000000000000000000000000...main"],
        ["--range", f"{'0' * 64}..HEAD"],
        ["--since", "0000000000000000000000000000000000000000"],
        ["--range", "start^..HEAD"],
        ["--range", "start^1..HEAD"],
        ["--range", "start~..HEAD"],
        ["--range", "start~3..HEAD"],
        ["--range", "HEAD~99..HEAD"],
        ["--range", "HEAD^^^^..HEAD"],
        ["--since", "HEAD~1^^"],
    ],
)
def test_a_range_from_before_the_first_commit_is_all_that_its_end_has(begun: Repository, options: list[str]) -> None:
    begun.passing("new.env", leak("new"))
    ran = scan(begun, *options)
    assert (ran.code, ran.keys, ran.skipped) == (1, keys("old", "new"), {})


def test_a_range_to_nothing_is_that_of_a_branch_that_was_deleted(begun: Repository) -> None:
    ran = run("scan", "--range", f"start..{'0' * 40}", cwd=begun.top)
    assert (ran.code, "The range holds no commits" in ran.out) == (0, True)


@pytest.mark.parametrize("revision", ["start^2", "start^^2", "nowhere^", "nowhere~3", "start^{tree}", "00000000", "^"])
def test_what_only_looks_like_the_beginning_names_no_commit(begun: Repository, revision: str) -> None:
    ran = run("scan", "--range", f"{revision}..HEAD", cwd=begun.top)
    assert (ran.code, "names no commit" in ran.err) == (2, True)


def test_before_the_end_of_a_shallow_clone_there_is_more(begun: Repository, tmp_path: Path) -> None:
    begun.commit({"new.env": leak("new")})
    begun.git("clone", "-q", "--depth", "1", f"file://{begun.top}", str(tmp_path / "clone"))
    ran = run("scan", "--range", "HEAD^..HEAD", cwd=tmp_path / "clone")
    assert (ran.code, "git fetch --unshallow" in ran.err) == (2, True)


def test_a_folder_alone(begun: Repository) -> None:
    begun.commit({"one/.env": leak("one"), "two/.env": leak("two")})
    assert scan(begun, "--since", "start", "one").keys == keys("one")


def test_a_key_and_a_secret_of_two_commits_are_one_finding(begun: Repository) -> None:
    lines = leak("parted").splitlines(keepends=True)
    begun.commit({"new.env": lines[0]})
    begun.commit({"new.env": "".join(lines[1:])})
    ran = scan(begun, "--since", "start")
    assert ran.keys == keys("parted")
    assert ran.history("parted")["apart"]


def test_the_cache_plays_no_part(begun: Repository) -> None:
    begun.commit({"new.env": leak("new")})
    scan(begun)
    assert [scan(begun, "--since", "start").keys for _ in range(2)] == [keys("new")] * 2


def test_a_shallow_end_within_the_range_is_told(begun: Repository) -> None:
    """A forged `shallow` file hides what came between, or a clone was made with too little."""
    begun.passing("new.env", leak("new"))
    end = begun.commit({"b.txt": "b\n"})
    begun.commit({"c.txt": "c\n"})
    (begun.top / ".git/shallow").write_text(f"{end}\n")
    ran = scan(begun, "--since", "start")
    assert list(ran.skipped) == ["<history>"]
    assert ran.code == 2
    (begun.top / ".git/shallow").write_text(f"{begun.git('rev-parse', 'start')}\n")
    assert scan(begun, "--since", "start").skipped == {}


def test_a_range_that_removes_files_alone_says_so(begun: Repository) -> None:
    begun.commit({"a.txt": "a\n"}, "One")
    begun.git("rm", "-q", "a.txt")
    begun.commit(message="Two")
    ran = run("scan", "-fjson", "--range", "HEAD~1..HEAD", cwd=begun.top)
    assert (ran.code, ran.report["notices"]) == (
        0,
        ["The commits remove files alone: there was nothing to scan but their messages."],
    )
