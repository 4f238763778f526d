"""What a commit made now would add: the contents of the index, whatever the work tree holds."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.history.conftest import Repository, Scanned, key, keys, leak, part, run, scan

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def begun(repository: Repository) -> Repository:
    """Return a repository with one clean commit."""
    repository.commit({"README": "hello\n", "a.txt": "a\n"})
    return repository


def staged(repository: Repository, *options: str | Path) -> Scanned:
    return scan(repository, "--staged", *options)


def test_the_first_commit_of_a_repository(repository: Repository) -> None:
    repository.write(".env", leak("first"))
    repository.git("add", ".")
    ran = staged(repository)
    assert (ran.code, ran.keys) == (1, keys("first"))
    assert ran.finding("first")["origins"][0]["tracking"] == "staged"


def test_the_index_counts_and_not_the_work_tree(begun: Repository) -> None:
    begun.write("a.env", leak("staged"))
    begun.git("add", ".")
    begun.write("a.env", leak("not staged"))
    begun.write("b.env", leak("untracked"))
    assert staged(begun).keys == keys("staged")
    (begun.top / "a.env").unlink()
    assert staged(begun).keys == keys("staged")


def test_a_partially_staged_file(begun: Repository) -> None:
    begun.commit({"a.env": "x = 1\n" * 9})
    begun.write("a.env", leak("half") + "x = 1\n" * 9)
    begun.git("add", ".")
    begun.write("a.env", leak("half") + "x = 1\n" * 9 + leak("other half"))
    assert staged(begun).keys == keys("half")
    begun.git("reset", "-q")
    begun.git("apply", "--cached", "-", stdin=begun.git("diff", "-U0").partition("@@ -9")[0], check=False)
    assert staged(begun).keys == []


def test_lines_are_those_of_the_staged_content(begun: Repository) -> None:
    begun.write("a.env", "\n\n" + leak("deep"))
    begun.git("add", ".")
    begun.write("a.env", leak("deep"))
    lines = {one["part"]: one["line"] for one in staged(begun).finding("deep")["parts"]}
    assert lines == {"api_key": 3, "secret_key": 4, "passphrase": 5}


def test_a_rename_is_a_new_name_for_its_content(begun: Repository) -> None:
    begun.commit({"a.env": leak("old")})
    assert staged(begun).keys == []
    begun.git("mv", "a.env", "b.env")
    ran = staged(begun)
    assert ran.keys == keys("old")
    assert {one["path"] for one in ran.finding("old")["parts"]} == {"b.env"}


def test_a_change_of_mode_and_a_removal_are_nothing_to_read(begun: Repository) -> None:
    begun.commit({"a.env": "OKX=1\n"})
    begun.git("rm", "-q", "a.env")
    ran = staged(begun)
    assert (ran.code, ran.keys, ran.report["scanned"]["files"]) == (0, [], 0)
    assert ran.report["notices"] == ["What is staged removes files alone: there was nothing to scan."]


def test_nothing_staged_is_said(begun: Repository) -> None:
    begun.write(".env", leak("untracked"))
    ran = run("scan", "--staged", cwd=begun.top)
    assert ran.code == 0
    assert "Nothing is staged: there was nothing to scan." in ran.out + ran.err
    assert staged(begun).report["notices"] == ["Nothing is staged: there was nothing to scan."]


def test_a_lock_file_that_is_staged_is_read(begun: Repository) -> None:
    begun.write("yarn.lock", leak("lock"))
    begun.commit({"package.json": "{}"})
    begun.git("add", ".")
    ran = staged(begun)
    assert (ran.code, ran.keys) == (1, keys("lock"))


_ALL = "exclude: ['*']\n"
_SOME = "exclude: ['*.env']\n"
_ITSELF = "nothing of the change could be read: it is excluded by .keyguard.yml, which comes with it"
_NOTHING_LEFT = "nothing of the change could be read: all of the repository is excluded"


def _told_of(begun: Repository, mode: str, *options: str) -> tuple[int, str]:
    """Have a hook, a range or a server look at what is staged, or at the last commit once it is made."""
    if mode == "--staged":
        ran = run("scan", "-q", "--staged", *options, cwd=begun.top)
        return ran.code, ran.out + ran.err
    before, after = begun.git("rev-parse", "HEAD").strip(), begun.commit(message="all of it")
    lines = {
        "--pushed": f"refs/heads/main {after} refs/heads/main {before}\n",
        "--received": f"{before} {after} refs/heads/main\n",
    }
    words = [] if mode in lines else ["HEAD~1" if mode == "--since" else "HEAD~1..HEAD"]
    if mode in lines:  # a server's refs have not moved yet
        begun.git("reset", "-q", "--soft", before)
    ran = run("scan", "-q", mode, *words, *options, cwd=begun.top, stdin=lines.get(mode, "").encode())
    begun.git("reset", "-q", "--soft", before)
    return ran.code, ran.out + ran.err


@pytest.mark.parametrize("mode", ["--staged", "--since", "--range", "--pushed", "--received"])
def test_a_change_cannot_exclude_all_of_itself_and_what_held_before_it_can(begun: Repository, mode: str) -> None:
    begun.write(".keyguard.yml", _ALL)
    begun.write("a.env", leak("excluded"))
    begun.git("add", ".")
    code, told = _told_of(begun, mode)
    assert (code, _ITSELF in told) == (2, True), told
    (begun.top / "a.env").unlink()
    begun.write(".keyguard.yml", _SOME)
    begun.commit(message="a decision")
    begun.write("a.env", leak("excluded"))
    begun.git("add", "-f", "a.env")
    code, told = _told_of(begun, mode)
    assert (code, told.splitlines()[0]) == (0, "Nothing of what changed was read: this scan says nothing about it.")
    assert _told_of(begun, mode, "--strict")[0] == 3


@pytest.mark.parametrize("mode", ["--staged", "--since", "--range", "--pushed", "--received"])
def test_what_leaves_nothing_of_a_repository_to_read_is_no_decision(begun: Repository, mode: str) -> None:
    begun.write(".keyguard.yml", _ALL)
    begun.commit(message="all of it")
    begun.write("a.env", leak("excluded"))
    begun.git("add", "-f", "a.env")
    code, told = _told_of(begun, mode)
    assert (code, _NOTHING_LEFT in told) == (2, True), told
    begun.write(".keyguard.yml", "exclude: []\n")
    begun.commit(message="and what is read again")
    begun.write("b.env", leak("excluded"))
    begun.git("add", "-f", "b.env")
    assert _told_of(begun, mode)[0] == 1


def test_a_change_of_which_nothing_was_read_is_said_first_and_fails_where_strict(begun: Repository) -> None:
    begun.write("a.env", leak("excluded"))
    begun.git("add", ".")
    told = {"<change>": "all that is there was left out: excluded paths (1)"}
    unread = "Nothing of what changed was read: this scan says nothing about it."
    for options in (["--staged"], ["--range", "HEAD~1..HEAD"], ["--since", "HEAD~1"]):
        if "--range" in options:
            begun.git("commit", "-q", "-m", "a message is read, and is not what changed")
        passing = run("scan", "-fjson", *options, "--exclude", "*.env", cwd=begun.top, env={"CI": "1"})
        assert (passing.code, passing.skipped, passing.err) == (0, told, "")
        strict = run("scan", "--strict", *options, "--exclude", "*.env", cwd=begun.top, env={"CI": "1"})
        assert (strict.code, strict.out.splitlines()[0], "No findings" in strict.out) == (3, unread, False)


def test_an_unopened_binary_alone_goes_through_unless_strict(begun: Repository) -> None:
    (begun.top / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    begun.git("add", ".")
    assert staged(begun).code == 0
    assert staged(begun, "--strict").code == 3
    begun.write("a.txt", "read\n")
    begun.git("add", ".")
    assert staged(begun, "--strict").code == 0


def test_two_names_of_one_content_are_both_told(begun: Repository) -> None:
    begun.write("a.env", leak("twice"))
    begun.write("node_modules/a/a.env", leak("twice"))
    begun.write("node_modules/a/package.json", "{}")
    begun.write("z.env", leak("twice"))
    begun.git("add", "-f", ".")
    ran = staged(begun)
    assert ran.keys == keys("twice")
    assert {one["path"] for one in ran.finding("twice")["parts"]} == {"a.env", "node_modules/a/a.env", "z.env"}


def test_content_that_cannot_be_read_stops_the_commit(begun: Repository) -> None:
    begun.write("a.env", leak("lost"))
    begun.git("add", ".")
    begun.loose(":a.env").unlink()
    ran = staged(begun)
    assert (ran.code, list(ran.skipped)) == (2, ["a.env"])
    assert "error: nothing of the change could be read" in ran.err


def test_content_over_the_size_limit_stops_it_too(begun: Repository) -> None:
    begun.write("a.env", leak("large") * 99)
    begun.git("add", ".")
    assert staged(begun, "--max-file-size", "1KB").code == 2


def test_one_content_of_two_is_reported_and_the_other_ends_it_with_2(begun: Repository) -> None:
    begun.write("a.env", leak("lost"))
    begun.write("b.env", leak("there"))
    begun.git("add", ".")
    begun.loose(":a.env").unlink()
    ran = staged(begun)
    assert (ran.code, ran.keys, list(ran.skipped)) == (2, keys("there"), ["a.env"])


def test_an_intent_to_add_is_no_content(begun: Repository) -> None:
    begun.write("a.env", leak("intended"))
    begun.git("add", "-N", ".")
    ran = staged(begun)
    assert (ran.code, ran.keys, ran.skipped) == (0, [], {})


def test_a_symbolic_link_is_its_target_and_is_not_followed(begun: Repository, tmp_path: Path) -> None:
    outside = tmp_path / "outside.env"
    outside.write_text(leak("outside"))
    (begun.top / "a.env").symlink_to(outside)
    (begun.top / "okx.env").symlink_to(part("api_key", "target").strip())
    begun.git("add", ".")
    assert staged(begun).keys == keys("target")


def test_a_file_that_became_a_link(begun: Repository) -> None:
    begun.commit({"okx.env": leak("old")})
    (begun.top / "okx.env").unlink()
    (begun.top / "okx.env").symlink_to(part("api_key", "target").strip())
    begun.git("add", ".")
    assert staged(begun).keys == keys("target")


def test_a_merge_under_way(begun: Repository) -> None:
    begun.git("checkout", "-q", "-b", "side")
    begun.commit({"a.txt": "theirs\n", "side.env": leak("side")})
    begun.git("checkout", "-q", "main")
    begun.commit({"a.txt": "ours\n"})
    begun.git("merge", "-q", "side", check=False)
    assert "UU a.txt" in begun.git("status", "--porcelain")
    ran = staged(begun)
    assert (ran.code, ran.keys, ran.skipped) == (1, keys("side"), {})
    begun.write("a.txt", leak("fixed"))
    begun.git("add", "a.txt")
    assert staged(begun).keys == keys("side", "fixed")


def test_a_folder_alone(begun: Repository) -> None:
    begun.write("one/.env", leak("one"))
    begun.write("two/.env", leak("two"))
    begun.git("add", ".")
    assert staged(begun, "one").keys == keys("one")
    assert scan(begun.top / "two", "--staged").keys == keys("two")


def test_a_comment_of_the_staged_content_waives_it(begun: Repository) -> None:
    begun.write("a.env", "# keyguard: ignore[okx-credential] a sample\n" + leak("waived"))
    begun.git("add", ".")
    begun.write("a.env", leak("waived"))
    ran = staged(begun)
    assert (ran.code, ran.finding("waived")["suppressed"]["by"]) == (0, "inline")


def test_a_bare_repository_has_nothing_staged_and_that_is_an_error(begun: Repository, tmp_path: Path) -> None:
    begun.git("clone", "-q", "--bare", str(begun.top), str(tmp_path / "bare.git"))
    ran = scan(tmp_path, "--staged", "bare.git")
    assert ran.code == 2
    assert "'bare.git' is a bare repository" in ran.err


def test_outside_of_a_repository_is_an_error(tmp_path: Path) -> None:
    ran = run("scan", "--staged", cwd=tmp_path)
    assert (ran.code, "is in no git repository" in ran.err) == (2, True)


@pytest.mark.skipif(os.name == "nt", reason="a hook is a shell script")
class TestInAHook:
    """`git commit` and what it hands to a hook; the hook is the command itself."""

    @pytest.fixture
    def hooked(self, begun: Repository) -> Repository:
        hook = begun.top / ".git/hooks/pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(
            f"#!/bin/sh\nexec '{sys.executable}' -m keyguard scan --staged -f json --show-secrets >report\n"
        )
        hook.chmod(0o755)
        return begun

    def told(self, repository: Repository, *arguments: str) -> Scanned:
        before = repository.head()
        repository.git("commit", "-q", "-m", "x", *arguments, check=False)
        return Scanned(int(repository.head() == before), (repository.top / "report").read_text(), "")

    def test_a_commit_of_one_file_is_judged_by_that_file(self, hooked: Repository) -> None:
        hooked.write("staged.env", leak("staged"))
        hooked.git("add", "staged.env")
        hooked.write("a.txt", "b\n")
        ran = self.told(hooked, "a.txt")
        assert (ran.code, ran.keys, ran.report["scanned"]["files"]) == (0, [], 1)
        hooked.write("a.txt", leak("named"))
        ran = self.told(hooked, "a.txt")
        assert (ran.code, ran.keys) == (1, keys("named"))
        assert self.told(hooked).keys == keys("staged")

    def test_a_commit_of_all_files_from_a_folder(self, hooked: Repository) -> None:
        hooked.write("a.txt", leak("all"))
        (hooked.top / "sub").mkdir()
        hooked.git("commit", "-q", "-a", "-m", "x", cwd=hooked.top / "sub", check=False)
        assert Scanned(1, (hooked.top / "report").read_text(), "").keys == keys("all")

    def test_a_linked_work_tree(self, hooked: Repository, tmp_path: Path) -> None:
        linked = tmp_path / "linked"
        hooked.git("worktree", "add", "-q", "--detach", str(linked))
        (linked / "l.env").write_text(leak("linked"))
        hooked.git("add", ".", cwd=linked)
        hooked.write("m.env", leak("main"))
        hooked.git("add", "m.env")
        hooked.git("commit", "-q", "-m", "x", cwd=linked, check=False)
        assert Scanned(1, (linked / "report").read_text(), "").keys == keys("linked")
        assert key("main") not in (linked / "report").read_text()


@pytest.mark.parametrize("place", [4, 40, 60, 72, 75])
def test_an_index_that_was_changed_is_an_error(begun: Repository, place: int) -> None:
    begun.write("a.env", leak("staged"))
    begun.git("add", ".")
    index = begun.top / ".git/index"
    data = bytearray(index.read_bytes())
    data[place] ^= 32
    index.write_bytes(data)
    ran = run("scan", "--staged", cwd=begun.top)
    assert ran.code == 2
    assert "the index of" in ran.err or "git failed" in ran.err


def test_an_index_without_a_checksum_is_read(begun: Repository) -> None:
    begun.git("config", "index.skipHash", "true")
    begun.write("a.env", leak("staged"))
    begun.git("add", ".")
    index = begun.top / ".git/index"
    index.write_bytes(index.read_bytes()[:-20] + bytes(20))  # as git writes it since 2.40
    assert staged(begun).keys == keys("staged")
