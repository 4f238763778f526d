"""Every place of a repository in which a credential may lie, and nothing reads twice."""

from __future__ import annotations

import pytest

from tests.history.conftest import Repository, keys, leak, part, scan


class TestCommitted:
    def test_a_deleted_file(self, repository: Repository) -> None:
        brought, removed = repository.passing(".env", leak("gone"))
        ran = scan(repository)
        assert (ran.code, ran.keys) == (1, keys("gone"))
        assert ran.history("gone") == {
            "introduced": _origin(".env", brought, 0),
            "removed": _origin(".env", removed, 1),
            "in_head": False,
            "refs": ["refs/heads/main"],
            "commits": 1,
            "paths": 1,
            "apart": False,
            "at_latest": False,
            "unpushed": False,
        }
        assert ran.finding("gone")["origins"] == [_origin(".env", brought, 0)]
        assert {one["path"] for one in ran.finding("gone")["parts"]} == {".env"}
        assert scan(repository, "--no-history").keys == []

    def test_an_overwritten_value(self, repository: Repository) -> None:
        repository.commit({".env": leak("old")})
        repository.commit({".env": "OKX_API_KEY=${OKX_API_KEY}\n"})
        assert scan(repository).keys == keys("old")

    def test_a_root_commit_and_a_second_root(self, repository: Repository) -> None:
        first = repository.commit({".env": leak("first")})
        repository.git("checkout", "-q", "--orphan", "other")
        repository.git("rm", "-rfq", ".")
        other = repository.commit({"b.env": leak("other")})
        repository.git("rm", "-q", "b.env")
        repository.commit()
        ran = scan(repository)
        assert ran.keys == keys("first", "other")
        assert ran.history("first")["introduced"]["commit"] == first
        assert ran.history("other")["introduced"]["commit"] == other

    def test_a_rename(self, repository: Repository) -> None:
        brought = repository.commit({"a.env": leak("moved")})
        repository.git("mv", "a.env", "b.env")
        repository.commit()
        ran = scan(repository, "--history-only")
        told = ran.history("moved")
        assert told["introduced"]["commit"] == brought
        assert (told["introduced"]["path"], told["paths"], told["commits"]) == ("a.env", 2, 2)
        assert told["in_head"]
        assert told["removed"] is None

    def test_another_branch_and_a_remotes(self, repository: Repository) -> None:
        repository.commit({"README": "hello"})
        repository.git("checkout", "-q", "-b", "topic")
        repository.commit({".env": leak("topic")})
        repository.git("checkout", "-q", "main")
        repository.git("checkout", "-q", "--detach")
        repository.git("update-ref", "refs/remotes/origin/dev", repository.commit({".env": leak("remote")}))
        repository.git("checkout", "-q", "main")
        ran = scan(repository)
        assert ran.keys == keys("topic", "remote")
        assert ran.history("topic")["refs"] == ["refs/heads/topic"]
        assert ran.history("remote")["refs"] == ["refs/remotes/origin/dev"]
        for name in ("topic", "remote"):
            assert (ran.history(name)["in_head"], ran.history(name)["removed"]) == (False, None)

    def test_a_detached_head(self, repository: Repository) -> None:
        repository.commit({"README": "hello"})
        repository.git("checkout", "-q", "--detach")
        repository.passing(".env", leak("adrift"))
        repository.git("reflog", "expire", "--expire=all", "--all")
        ran = scan(repository)
        assert ran.keys == keys("adrift")
        assert ran.history("adrift")["refs"] == ["HEAD"]

    def test_what_only_a_merge_commit_has(self, repository: Repository) -> None:
        merge = _evil_merge(repository, {"c.env": leak("evil")})
        repository.commit({"c.env": None})
        ran = scan(repository)
        assert ran.keys == keys("evil")
        assert ran.history("evil")["introduced"]["commit"] == merge

    def test_what_a_merge_made_of_a_file_of_both_sides(self, repository: Repository) -> None:
        merge = _evil_merge(repository, {"a.txt": leak("mixed")})
        repository.commit({"a.txt": "clean again"})
        ran = scan(repository)
        assert ran.keys == keys("mixed")
        assert ran.history("mixed")["introduced"] == _origin("a.txt", merge, 2)

    def test_what_came_by_a_merge_is_not_ascribed_to_it(self, repository: Repository) -> None:
        repository.commit({"README": "hello"})
        repository.git("checkout", "-q", "-b", "side")
        side = repository.commit({".env": leak("side")})
        repository.git("checkout", "-q", "main")
        repository.commit({"b.txt": "b"})
        repository.git("merge", "-q", "--no-ff", "--no-edit", "side")
        told = scan(repository).history("side")
        assert (told["introduced"]["commit"], told["commits"]) == (side, 2)

    def test_a_symbolic_link_whose_target_is_the_secret(self, repository: Repository) -> None:
        (repository.top / "okx.env").symlink_to(part("api_key", "link").strip())
        repository.commit()
        (repository.top / "okx.env").unlink()
        repository.commit()
        assert scan(repository).keys == keys("link")

    def test_the_same_content_under_two_names_is_read_once(self, repository: Repository) -> None:
        repository.passing("a.env", leak("twice"))
        repository.passing("b/c.env", leak("twice"))
        ran = scan(repository, "--history-only")
        assert ran.keys == keys("twice")
        assert (ran.read, ran.history("twice")["paths"], ran.history("twice")["commits"]) == (1, 2, 2)


class TestWritten:
    """Messages are texts too."""

    def test_a_commit_message(self, repository: Repository) -> None:
        commit = repository.commit({"README": "hello"}, message=f"Deploy\n\n{leak('said')}")
        repository.commit({"README": "hello again"})
        ran = scan(repository)
        assert ran.keys == keys("said")
        path = f"<commit {commit[:10]}>"
        assert {one["path"] for one in ran.finding("said")["parts"]} == {path}
        told = ran.history("said")
        assert told["introduced"] == _origin(path, commit, 0)
        assert (told["in_head"], told["removed"], told["refs"]) == (True, None, ["refs/heads/main"])

    def test_the_lines_of_a_message_count_from_its_first(self, repository: Repository) -> None:
        repository.commit({"README": "hello"}, message=f"Deploy\n\n{leak('said')}")
        lines = {one["part"]: one["line"] for one in scan(repository).finding("said")["parts"]}
        assert lines == {"api_key": 3, "secret_key": 4, "passphrase": 5}

    def test_names_and_signatures_of_a_commit_are_no_text(self, repository: Repository) -> None:
        repository.commit({"README": "hello"})
        name = part("api_key", "author").strip()
        repository.git("commit", "-q", "--allow-empty", "-m", "x", GIT_AUTHOR_NAME=name)
        assert scan(repository).keys == []

    def test_the_message_of_an_annotated_tag(self, repository: Repository) -> None:
        repository.commit({"README": "hello"})
        repository.git("tag", "-a", "v1", "-F", "-", stdin=leak("tagged"))
        ran = scan(repository)
        assert ran.keys == keys("tagged")
        assert {one["path"] for one in ran.finding("tagged")["parts"]} == {"<tag v1>"}
        assert ran.history("tagged")["refs"] == ["refs/tags/v1"]

    def test_a_tag_on_a_tag_whose_own_ref_is_gone(self, repository: Repository) -> None:
        repository.commit({"README": "hello"})
        repository.git("tag", "-a", "inner", "-F", "-", stdin=leak("inner"))
        repository.git("tag", "-a", "outer", "inner", "-m", "release")
        repository.git("tag", "-d", "inner")
        ran = scan(repository)
        assert ran.keys == keys("inner")
        assert ran.history("inner")["refs"] == ["refs/tags/outer"]

    def test_a_commit_that_only_a_tag_reaches(self, repository: Repository) -> None:
        repository.commit({"README": "hello"})
        repository.git("checkout", "-q", "--detach")
        repository.commit({".env": leak("old")})
        repository.git("tag", "-a", "v1", "-m", "v1")
        repository.git("checkout", "-q", "main")
        repository.git("reflog", "expire", "--expire=all", "--all")
        ran = scan(repository)
        assert ran.keys == keys("old")
        assert ran.history("old")["refs"] == ["refs/tags/v1"]

    def test_a_tag_on_a_file_alone(self, repository: Repository) -> None:
        repository.commit({"README": "hello"})
        blob = repository.git("hash-object", "-w", "--stdin", stdin=leak("blob"))
        repository.git("tag", "deploy-config", blob)
        ran = scan(repository)
        assert ran.keys == keys("blob")
        assert ran.history("blob")["refs"] == ["refs/tags/deploy-config"]

    def test_a_tag_on_a_tree(self, repository: Repository) -> None:
        repository.commit({"README": "hello"})
        blob = repository.git("hash-object", "-w", "--stdin", stdin=leak("tree"))
        tree = repository.git("mktree", stdin=f"100644 blob {blob}\tlive.env\n")
        repository.git("tag", "snapshot", tree)
        ran = scan(repository)
        assert ran.keys == keys("tree")
        assert ran.finding("tree")["parts"][0]["path"] == "live.env"

    def test_a_note(self, repository: Repository) -> None:
        commit = repository.commit({"README": "hello"})
        repository.git("notes", "add", "-F", "-", stdin=leak("noted"))
        ran = scan(repository)
        assert ran.keys == keys("noted")
        assert {one["path"] for one in ran.finding("noted")["parts"]} == {f"<note on {commit[:10]}>"}
        assert ran.history("noted")["refs"] == ["refs/notes/commits"]


class TestLeftBehind:
    def test_a_stash_and_what_it_holds_of_untracked_files(self, repository: Repository) -> None:
        repository.commit({"a.txt": "a"})
        repository.write("a.txt", leak("stashed"))
        repository.git("stash", "-q")
        repository.write("new.env", leak("untracked"))
        repository.git("stash", "-q", "-u")
        ran = scan(repository)
        assert ran.keys == keys("stashed", "untracked")
        assert ran.history("untracked")["refs"] == ["refs/stash"]
        assert ran.history("stashed")["refs"] == ["reflog"]

    def test_an_amended_commit_in_the_reflog(self, repository: Repository) -> None:
        repository.commit({"README": "hello"})
        repository.commit({".env": leak("amended")})
        repository.git("rm", "-q", "--cached", ".env")
        (repository.top / ".env").unlink()
        repository.git("commit", "-q", "--amend", "--allow-empty", "-m", "clean")
        ran = scan(repository)
        assert ran.keys == keys("amended")
        assert ran.history("amended")["refs"] == ["reflog"]
        assert not ran.history("amended")["in_head"]

    def test_a_reflog_whose_objects_are_gone_is_no_trouble(self, repository: Repository) -> None:
        repository.commit({".env": leak("kept")})
        repository.commit({"a.txt": "lost"})
        lost = repository.head()
        repository.git("reset", "-q", "--hard", "HEAD~1")
        repository.loose(lost).unlink()
        ran = scan(repository)
        assert (ran.code, ran.keys) == (1, keys("kept"))

    def test_a_content_of_the_index_that_no_file_has_any_more(self, repository: Repository) -> None:
        repository.commit({"README": "hello"})
        repository.write("a.env", leak("index"))
        repository.git("add", "a.env")
        repository.write("a.env", "clean\n")
        ran = scan(repository)
        assert ran.keys == keys("index")
        assert ran.history("index")["refs"] == ["index"]

    def test_dangling_objects_when_they_are_asked_for(self, repository: Repository) -> None:
        repository.commit({"README": "hello"})
        repository.git("checkout", "-q", "--detach")
        lost = repository.commit({"lost.env": leak("commit")}, message=leak("message"))
        repository.git("tag", "-a", "x", "-F", "-", stdin=leak("tag"))
        repository.git("tag", "-d", "x")
        repository.git("checkout", "-q", "main")
        repository.git("reflog", "expire", "--expire=all", "--all")
        repository.git("hash-object", "-w", "--stdin", stdin=leak("blob"))
        assert scan(repository).keys == []
        ran = scan(repository, "--unreachable")
        assert ran.keys == keys("commit", "message", "tag", "blob")
        told = ran.history("commit")
        assert (told["introduced"]["commit"], told["refs"]) == (lost, ["no ref"])
        assert ran.finding("commit")["parts"][0]["path"] == "lost.env"
        assert ran.finding("blob")["parts"][0]["path"].startswith("<blob ")
        assert scan(repository, "--unreachable", "--history-only").keys == ran.keys

    def test_a_fresh_repository_has_no_history_and_that_is_no_error(self, repository: Repository) -> None:
        repository.write(".env", leak("file"))
        ran = scan(repository)
        assert (ran.code, ran.keys, ran.skipped) == (1, keys("file"), {})
        assert scan(repository, "--history-only").code == 0


class TestPassedOver:
    """What is passed over by its name is so under every name, or it is read."""

    @pytest.mark.parametrize("names", [(".next/config.json", "config.json"), ("config.json", "package-lock.json")])
    @pytest.mark.parametrize("together", [True, False])
    def test_a_content_that_had_a_name_to_be_read_by_too(
        self, repository: Repository, names: tuple[str, str], together: bool
    ) -> None:
        first = repository.commit({"README": "hello"})
        if together:
            repository.commit(dict.fromkeys(names, leak("copied")))
            repository.commit(dict.fromkeys(names))
        else:
            for name in names:
                repository.passing(name, leak("copied"))
        for options in (["--no-cache"], ["--unreachable"], ["--since", first]):
            ran = scan(repository, *options)
            assert ran.keys == keys("copied")
            assert ran.report["scanned"]["left_out"] == {}

    def test_dependencies_and_lock_files_by_their_manifests(self, repository: Repository) -> None:
        repository.passing("node_modules/x/.env", leak("dependency"))
        repository.passing("package-lock.json", leak("lock"))
        assert scan(repository).keys == keys("dependency", "lock")
        repository.passing("node_modules/x/package.json", "{}")
        repository.passing("package.json", "{ }")
        for options in ([], ["--unreachable"]):
            ran = scan(repository, *options)
            assert (ran.keys, ran.skipped) == ([], {})
            assert ran.report["scanned"]["left_out"] == {
                "installed packages, caches and build folders": 2,
                "lock files beside their manifests": 1,
            }
        assert scan(repository, "--all").keys == keys("dependency", "lock")

    def test_a_compiled_module_is_left_out_where_its_source_was(self, repository: Repository) -> None:
        listing = leak("compiled")
        repository.passing("bot/__pycache__/config.cpython-38.pyc", listing.replace("=", " = "))
        assert scan(repository).report["scanned"]["left_out"] == {}
        repository.passing("bot/config.py", "pass\n")
        assert sum(scan(repository).report["scanned"]["left_out"].values()) == 1

    def test_what_is_excluded(self, repository: Repository) -> None:
        repository.passing("docs/example.env", leak("example"))
        repository.passing("src/.env", leak("real"))
        ran = scan(repository, "--exclude", "docs/")
        assert ran.keys == keys("real")
        assert ran.report["scanned"]["left_out"] == {"excluded paths": 1}

    def test_a_folder_has_its_own_history_and_no_other(self, repository: Repository) -> None:
        repository.passing("one/.env", leak("one"))
        repository.passing("two/.env", leak("two"))
        repository.commit({"one/a.txt": "a", "one.txt": "b"})
        assert scan(repository, "one").keys == keys("one")
        assert scan(repository, "--unreachable", "one").keys == keys("one")
        assert scan(repository, "--history-only", "one", "two").keys == keys("one", "two")
        assert scan(repository.top / "one").keys == keys("one")

    def test_a_file_has_a_history_when_it_is_asked_for(self, repository: Repository) -> None:
        repository.commit({"a.env": leak("old"), "b.env": leak("other")})
        repository.commit({"a.env": "OKX_API_KEY=\n", "b.env": ""})
        assert scan(repository, "a.env").keys == []
        assert scan(repository, "--history-only", "a.env").keys == keys("old")

    def test_a_path_that_is_neither_there_nor_in_the_past_is_an_error(self, repository: Repository) -> None:
        repository.passing("gone.env", leak("gone"))
        assert scan(repository, "--history-only", "gone.env").keys == keys("gone")
        ran = scan(repository, "--history-only", "gone.evn")
        assert ran.code == 2
        assert "'gone.evn' does not exist and never did in any commit" in ran.err

    def test_a_pointer_of_lfs_whose_file_is_not_here_is_named(self, repository: Repository) -> None:
        repository.write(".gitattributes", "*.bin filter=lfs\n")
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0f' * 32}\nsize 1234567\n"
        repository.passing("data.bin", pointer)
        repository.passing(".env", leak("beside"))
        ran = scan(repository)
        assert ran.keys == keys("beside")
        assert ran.skipped == {
            "data.bin": "it is a pointer to a file in git LFS that is not here; `git lfs pull` brings it"
        }


def _evil_merge(repository: Repository, files: dict[str, str | None]) -> str:
    repository.commit({"a.txt": "base"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"a.txt": "theirs"})
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "--no-commit", "side")
    return repository.commit(files)


def _origin(path: str, commit: str, day: int) -> dict[str, str]:
    date = ("2023-11-14T22:13:20+00:00", "2023-11-15T22:13:20+00:00", "2023-11-16T22:13:20+00:00")[day]
    return {"path": path, "tracking": "committed", "commit": commit, "author": "Ada", "date": date}
