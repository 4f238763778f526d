"""Repositories of every shape, whole or not: what is there is read, what is not there is told, nothing is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.history.conftest import Made, Repository, fast_import, keys, leak, run, scan

if TYPE_CHECKING:
    from pathlib import Path

_OF_A_CHANGE = "it is a submodule: the change holds the id of its commit alone, and nothing of it was read"


@pytest.fixture
def origin(repository: Repository) -> Repository:
    """Return a repository with a credential in its past, one in HEAD and one of a topic branch."""
    repository.passing("old/.env", leak("old"))
    repository.commit({"new/.env": leak("new")})
    repository.git("checkout", "-q", "-b", "topic")
    repository.passing(".env", leak("topic"))
    repository.git("checkout", "-q", "main")
    repository.git("config", "uploadpack.allowFilter", "true")
    return repository


def _clone(origin: Repository, to: Path, *options: str) -> Path:
    origin.git("clone", "-q", *options, f"file://{origin.top}", str(to))
    return to


class TestNotWhole:
    def test_a_shallow_clone_says_that_it_is_one(self, origin: Repository, tmp_path: Path) -> None:
        ran = scan(_clone(origin, tmp_path / "clone", "--depth", "1"))
        assert (ran.code, ran.keys) == (1, keys("new"))
        assert ran.skipped == {
            "<history>": "this clone is shallow: what came before its oldest commits is not in it",
        }
        assert scan(tmp_path / "clone", "--strict", "--fail-on", "critical", "--exclude", ".env").code == 3

    def test_the_oldest_commit_of_a_shallow_clone_brought_what_it_holds(
        self, origin: Repository, tmp_path: Path
    ) -> None:
        told = scan(_clone(origin, tmp_path / "clone", "--depth", "1")).history("new")
        assert (told["introduced"]["commit"], told["commits"], told["at_latest"]) == (origin.head(), 1, True)

    @pytest.mark.parametrize(
        ("options", "latest"),
        [
            (["--depth", "1"], {"new": True}),
            (["--depth", "2"], {"new": False}),
            (["--depth", "1", "--no-single-branch"], {"new": True}),
            (["--depth", "2", "--no-single-branch"], {"new": False, "topic": True}),
            (["--depth", "1", "--branch", "topic"], {"new": True}),
            ([], {"new": False, "topic": False, "old": False}),
        ],
    )
    def test_what_was_there_where_a_clone_ends_may_be_older(
        self, origin: Repository, tmp_path: Path, options: list[str], latest: dict[str, bool]
    ) -> None:
        ran = scan(_clone(origin, tmp_path / "clone", *options))
        assert {name: ran.history(name)["at_latest"] for name in latest} == latest
        said = [line for line in run("scan", cwd=tmp_path / "clone").out.splitlines() if "came with" in line]
        assert sum("at the latest: this clone ends there" in line for line in said) == sum(latest.values())

    def test_a_range_that_a_shallow_clone_has_not_says_how_to_get_it(self, origin: Repository, tmp_path: Path) -> None:
        clone = _clone(origin, tmp_path / "clone", "--depth", "1")
        ran = run("scan", "--since", origin.git("rev-parse", "HEAD~1"), cwd=clone)
        assert ran.code == 2
        assert "git fetch --unshallow" in ran.err

    @pytest.mark.parametrize("filter_", ["blob:none", "tree:0"])
    def test_a_partial_clone_counts_what_it_lacks_and_fetches_nothing(
        self, origin: Repository, tmp_path: Path, filter_: str
    ) -> None:
        clone = _clone(origin, tmp_path / "clone", f"--filter={filter_}", "--no-checkout")
        before = sorted((clone / ".git").rglob("*"))
        ran = scan(clone)
        assert (ran.code, ran.keys) == (0, [])
        (reason,) = ran.skipped.values()
        assert reason.endswith("not in this clone, and nothing is fetched")
        assert ran.report["scanned"]["commits"] == 5
        assert sorted((clone / ".git").rglob("*")) == before

    @pytest.mark.parametrize("filter_", ["blob:none", "tree:0"])
    def test_what_a_partial_clone_has_checked_out_is_found_and_traced(
        self, origin: Repository, tmp_path: Path, filter_: str
    ) -> None:
        clone = _clone(origin, tmp_path / "clone", f"--filter={filter_}")
        ran = scan(clone)
        assert (ran.code, ran.keys) == (1, keys("new"))
        assert list(ran.skipped) == ["<history>"]
        again = scan(clone)
        assert (again.keys, again.skipped) == (ran.keys, ran.skipped)

    def test_a_range_of_a_partial_clone(self, origin: Repository, tmp_path: Path) -> None:
        clone = _clone(origin, tmp_path / "clone", "--filter=blob:none", "--no-checkout")
        ran = scan(clone, "--range", "HEAD~2..HEAD")
        assert ran.code == 2
        assert ran.skipped == {"new/.env": "it is not in this clone, and nothing is fetched"}
        assert "nothing of the change could be read" in ran.err

    def test_a_damaged_content_is_told_and_the_rest_is_read(self, origin: Repository) -> None:
        origin.commit({"a.txt": "damaged", "b.txt": "cut\n" * 999, "c.txt": "lost"})
        origin.commit(dict.fromkeys(("a.txt", "b.txt", "c.txt")))
        for name, data in (("a.txt", b"nonsense"), ("b.txt", origin.loose("HEAD~1:b.txt").read_bytes()[:30])):
            place = origin.loose(f"HEAD~1:{name}")
            place.chmod(0o644)
            place.write_bytes(data)
        origin.loose("HEAD~1:c.txt").unlink()
        ran = scan(origin)
        assert (ran.code, ran.keys) == (1, keys("new", "old", "topic"))
        assert len(ran.skipped) == 3
        assert all(ran.skipped[name].endswith(" is damaged") for name in ("a.txt", "b.txt"))
        assert ran.skipped["<history>"] == "1 object is missing: the repository is damaged"
        assert scan(origin).skipped == ran.skipped

    def test_what_a_cut_pack_has_lost_is_damage(self, origin: Repository) -> None:
        origin.commit({"large.txt": "\n".join(map(str, range(9999)))})
        origin.git("pack-objects", "-q", ".git/objects/pack/pack", stdin=origin.git("rev-parse", "HEAD:large.txt"))
        origin.git("prune-packed", "-q")
        (pack,) = (origin.top / ".git/objects/pack").glob("*.pack")
        pack.chmod(0o644)
        pack.write_bytes(pack.read_bytes()[: pack.stat().st_size // 2])
        (reason,) = scan(origin).skipped.values()
        assert reason == "1 object is missing: the repository is damaged"

    def test_a_lost_commit_ends_the_walk_and_not_the_scan(self, origin: Repository) -> None:
        origin.loose("HEAD~2").unlink()
        ran = scan(origin)
        assert (ran.code, ran.keys) == (2, keys("new", "old", "topic"))  # contents are read without their names
        assert ran.err.startswith("error: git failed in")

    def test_what_a_lost_commit_hid_is_found_among_all_objects(self, origin: Repository) -> None:
        origin.git("checkout", "-q", "--detach")
        origin.commit({"a.txt": "a"})
        origin.commit({"lost.env": leak("lost")})
        origin.loose("HEAD~1").unlink()
        origin.git("checkout", "-q", "main")
        origin.git("reflog", "expire", "--expire=all", "--all")
        ran = scan(origin, "--unreachable")
        assert ran.keys == keys("new", "old", "topic", "lost")


class TestOtherShapes:
    def test_a_bare_repository(self, origin: Repository, tmp_path: Path) -> None:
        origin.git("clone", "-q", "--mirror", str(origin.top), str(tmp_path / "bare.git"))
        for ran in (scan(tmp_path, "bare.git"), scan(tmp_path / "bare.git"), scan(tmp_path / "bare.git", "--all")):
            assert (ran.code, ran.keys, ran.skipped) == (1, keys("new", "old", "topic"), {})
            assert ran.history("new")["in_head"]
        assert scan(tmp_path / "bare.git", "--range", "main..topic").keys == keys("topic")
        assert scan(tmp_path, "bare.git", "--no-history").keys == []

    def test_a_folder_that_only_looks_like_a_bare_repository_is_read(self, tmp_path: Path) -> None:
        folder = tmp_path / "download"
        for name in ("objects", "refs"):
            (folder / name).mkdir(parents=True)
        (folder / "HEAD").write_text("no ref\n")
        (folder / ".env").write_text(leak("file"))
        assert scan(folder).keys == keys("file")
        assert scan(tmp_path, "download").keys == keys("file")

    def test_a_sha_256_repository(self, tmp_path: Path) -> None:
        repository = Repository(tmp_path / "r", "--object-format=sha256")
        brought, removed = repository.passing(".env", leak("gone"))
        repository.commit({"a.env": leak("here")})
        ran = scan(repository)
        assert ran.keys == keys("gone", "here")
        assert ran.history("gone")["introduced"]["commit"] == brought
        assert ran.history("gone")["removed"]["commit"] == removed
        assert len(brought) == 64
        assert scan(repository, "--since", brought).keys == keys("here")
        repository.write("b.env", leak("staged"))
        repository.git("add", ".")
        assert scan(repository, "--staged").keys == keys("staged")

    def test_the_first_commit_of_a_sha_256_repository(self, tmp_path: Path) -> None:
        repository = Repository(tmp_path / "r", "--object-format=sha256")
        repository.write("b.env", leak("staged"))
        repository.git("add", ".")
        assert scan(repository, "--staged").keys == keys("staged")

    def test_a_linked_work_tree_has_the_whole_history_and_its_own_index(
        self, origin: Repository, tmp_path: Path
    ) -> None:
        linked = tmp_path / "linked"
        origin.git("worktree", "add", "-q", "--detach", str(linked), "topic")
        assert scan(linked).keys == keys("new", "old", "topic")
        (linked / "b.env").write_text(leak("staged"))
        origin.git("add", ".", cwd=linked)
        assert scan(linked, "--staged").keys == keys("staged")
        assert scan(origin, "--staged").keys == []
        assert scan(origin).keys == keys("new", "old", "topic", "staged")

    def test_a_commit_that_only_another_work_tree_stands_on(self, origin: Repository, tmp_path: Path) -> None:
        linked = tmp_path / "linked"
        origin.git("worktree", "add", "-q", "--detach", str(linked))
        (linked / "c.env").write_text(leak("linked"))
        origin.git("add", ".", cwd=linked)
        origin.git("commit", "-q", "-m", "x", cwd=linked)
        assert scan(origin).keys == keys("new", "old", "topic", "linked")

    def test_objects_of_another_repository_are_read_where_they_lie(self, origin: Repository, tmp_path: Path) -> None:
        shared = tmp_path / "shared"
        origin.git("clone", "-q", "--shared", str(origin.top), str(shared))
        assert (shared / ".git/objects/info/alternates").exists()
        assert scan(shared).keys == keys("new", "old", "topic")

    def test_packed_and_loose(self, origin: Repository) -> None:
        origin.git("repack", "-q", "-a", "-d")
        origin.git("pack-refs", "--all")
        origin.passing("late.env", leak("late"))
        assert scan(origin).keys == keys("new", "old", "topic", "late")

    def test_two_repositories_side_by_side(self, origin: Repository, tmp_path: Path) -> None:
        other = Repository(tmp_path / "other")
        other.passing(".env", leak("other"))
        ran = scan(tmp_path, origin.top.name, "other")
        assert ran.keys == keys("new", "old", "topic", "other")
        assert {one["path"] for one in ran.finding("other")["parts"]} == {"other/.env"}
        assert ran.history("other")["introduced"]["path"] == "other/.env"
        assert ran.history("old")["introduced"]["path"] == "repository/old/.env"


class TestSubmodules:
    def test_the_history_of_one_that_is_checked_out(self, origin: Repository, tmp_path: Path) -> None:
        outer = Repository(tmp_path / "outer")
        outer.git("submodule", "add", "-q", str(origin.top), "lib/sub")
        outer.commit({"a.txt": "a"})
        ran = scan(outer)
        assert ran.keys == keys("new", "old", "topic")
        assert ran.history("old")["introduced"]["path"] == "lib/sub/old/.env"
        assert ran.history("new")["in_head"]
        assert scan(outer, "--no-history").keys == keys("new")

    def test_one_within_another(self, origin: Repository, tmp_path: Path) -> None:
        middle = Repository(tmp_path / "middle")
        middle.git("submodule", "add", "-q", str(origin.top), "inner")
        middle.commit({"a.txt": "a"})
        outer = Repository(tmp_path / "outer")
        outer.git("submodule", "add", "-q", str(middle.top), "sub")
        outer.git("submodule", "update", "-q", "--init", "--recursive")
        outer.commit({"a.txt": "a"})
        assert scan(outer).keys == keys("new", "old", "topic")

    def test_one_below_a_folder_that_is_named(self, origin: Repository, tmp_path: Path) -> None:
        outer = Repository(tmp_path / "outer")
        outer.git("submodule", "add", "-q", str(origin.top), "lib/sub")
        outer.commit({"lib.txt": "a", "src/a.txt": "a"})
        for folder, found in (("lib", keys("new", "old", "topic")), ("src", [])):
            assert scan(outer, folder).keys == scan(outer, "--history-only", folder).keys == found

    def test_one_that_is_not_checked_out_is_named(self, origin: Repository, tmp_path: Path) -> None:
        outer = Repository(tmp_path / "outer")
        outer.git("submodule", "add", "-q", str(origin.top), "sub")
        outer.commit({"a.txt": "a"})
        clone = tmp_path / "clone"
        outer.git("clone", "-q", str(outer.top), str(clone))
        ran = scan(clone)
        assert (ran.code, ran.keys, list(ran.skipped)) == (0, [], ["sub/"])

    def test_one_that_is_staged_is_no_content(self, origin: Repository, tmp_path: Path) -> None:
        outer = Repository(tmp_path / "outer")
        outer.commit({"a.txt": "a"})
        outer.git("submodule", "add", "-q", str(origin.top), "sub")
        ran = scan(outer, "--staged")
        assert (ran.code, ran.keys, ran.skipped) == (0, [], {"sub": _OF_A_CHANGE})

    def test_a_link_in_place_of_one_leads_nowhere(self, origin: Repository, tmp_path: Path) -> None:
        outer = Repository(tmp_path / "outer")
        outer.git("update-index", "--add", "--cacheinfo", f"160000,{origin.head()},sub")
        (outer.top / "sub").symlink_to(origin.top)
        outer.git("commit", "-q", "-m", "x")
        assert scan(outer).keys == []


def test_a_history_of_merges_without_end_is_walked_once(repository: Repository) -> None:
    """A ladder of criss-cross merges has 2^40 ways through it."""
    commits = [Made(files={"a.txt": "a", ".env": leak("deep")}, branch="left"), Made([1], {"b.txt": "b"}, "right")]
    for level in range(40):
        left, right = 2 * level + 1, 2 * level + 2
        commits += [
            Made([left, right], {"a.txt": str(level)}, "left"),
            Made([right, left], {"b.txt": str(level)}, "right"),
        ]
    commits.append(Made([81, 82], {".env": None}))
    fast_import(repository, commits)
    repository.git("reset", "-q", "--hard", "main")
    told = scan(repository).history("deep")
    assert (told["commits"], told["removed"]["path"], told["in_head"]) == (82, ".env", False)
