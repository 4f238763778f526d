"""What was not read does not look clean: it is named once, and a change with such a part is no pass."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.history.conftest import GIT, Repository, Scanned, keys, leak, run, scan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOWHERE = "deadbeef" * 5


@pytest.fixture
def leaky(repository: Repository) -> Repository:
    """Return a repository whose main branch had a credential, and that has a second commit to break."""
    repository.passing(".env", leak("gone"))
    return repository


def _ref(name: str, text: str) -> Callable[[Repository], str]:
    def write(repository: Repository) -> str:
        place = repository.top / ".git" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        return name

    return write


def _tag_on(what: str) -> Callable[[Repository], str]:
    def write(repository: Repository) -> str:
        text = f"object {NOWHERE}\ntype {what}\ntag t\ntagger A <a@b> 0 +0000\n\nx\n"
        tag = repository.git("hash-object", "-t", "tag", "-w", "--literally", "--stdin", stdin=text)
        (repository.top / ".git/refs/tags/lost").write_text(f"{tag}\n")
        return "refs/tags/lost"

    return write


def _damaged_commit(repository: Repository) -> str:
    repository.git("branch", "side")
    repository.git("checkout", "-q", "side")
    repository.commit({"a.txt": "a"})
    place = repository.loose("side")
    place.chmod(0o644)
    place.write_bytes(place.read_bytes()[:20])
    repository.git("symbolic-ref", "HEAD", "refs/heads/main")
    return "refs/heads/side"


def _head_of_nothing(repository: Repository) -> str:
    (repository.top / ".git/HEAD").write_text(f"{NOWHERE}\n")
    return "HEAD"


def _head_of_a_work_tree(repository: Repository) -> str:
    linked = repository.top.parent / "linked"
    repository.git("worktree", "add", "-q", "--detach", str(linked))
    (repository.top / ".git/worktrees/linked/HEAD").write_text(f"{NOWHERE}\n")
    return f"HEAD of {linked}"


class TestBrokenRefs:
    """One ref that leads nowhere is named, and takes none of the others with it."""

    @pytest.mark.parametrize(
        "broken",
        [
            _ref("refs/heads/broken", f"{NOWHERE}\n"),
            _ref("refs/remotes/origin/broken", f"{NOWHERE}\n"),
            _ref("refs/heads/broken", "no id at all\n"),
            _ref("refs/heads/broken", ""),
            _ref("refs/heads/broken", f"{'0' * 40}\n"),
            _tag_on("commit"),
            _tag_on("tag"),
            _tag_on("blob"),
            _damaged_commit,
            _head_of_nothing,
            _head_of_a_work_tree,
        ],
        ids=lambda broken: broken.__qualname__.partition(".")[0],
    )
    @pytest.mark.parametrize("options", [["--history-only"], ["--history-only", "--no-cache"], ["--unreachable"]])
    def test_it_is_named_once_and_the_rest_is_read(
        self, leaky: Repository, broken: Callable[[Repository], str], options: list[str]
    ) -> None:
        name = broken(leaky)
        ran = scan(leaky, *options)
        assert (ran.code, ran.keys) == (1, keys("gone"))
        assert ran.history("gone")["introduced"]["path"] == ".env"
        assert [what for what in ran.skipped if name in what] == [f"<ref {name}>"]
        assert scan(leaky, *options, "--strict", "--exclude", ".env").code == 3

    def test_a_repository_of_which_no_ref_leads_to_anything_is_not_called_clean(self, leaky: Repository) -> None:
        leaky.git("update-ref", "-d", "refs/heads/main")
        for log in (leaky.top / ".git/logs").rglob("*"):
            if log.is_file():
                log.unlink()
        ran = scan(leaky, "--history-only")
        assert (ran.code, ran.keys) == (0, [])
        assert "no ref leads to a commit" in ran.skipped["<history>"]
        assert scan(leaky, "--unreachable").keys == keys("gone")

    def test_an_empty_repository_is_only_empty(self, repository: Repository) -> None:
        assert scan(repository).skipped == {".": "there is nothing in it that could be read"}


class TestChanges:
    """A change of which a part could not be read ends with 2, and what was read of it is reported."""

    @pytest.fixture
    def change(self, repository: Repository) -> Repository:
        repository.commit({"base.txt": "base"})
        repository.commit({"one.env": leak("one"), "two.env": leak("two")})
        repository.commit({"one.env": None, "two.env": None})
        return repository

    def _check(self, where: Repository | Path, *options: str, found: list[str], unread: str) -> None:
        ran = scan(where, *options)
        assert (ran.code, ran.keys) == (2, keys(*found))
        assert unread in ran.skipped
        part = "a part of the change could not be read" if found else "nothing of the change could be read"
        assert part in ran.err

    def test_a_content_that_a_partial_clone_lacks(self, change: Repository, tmp_path: Path) -> None:
        change.git("config", "uploadpack.allowFilter", "true")
        clone = tmp_path / "clone"
        change.git("clone", "-q", "--filter=blob:none", f"file://{change.top}", str(clone))
        self._check(clone, "--range", "HEAD~2..HEAD", found=[], unread="one.env")
        blob = change.git("cat-file", "blob", "HEAD~1:one.env") + "\n"
        subprocess.run([GIT, "hash-object", "-w", "--stdin"], cwd=clone, input=blob.encode(), check=True)
        self._check(clone, "--range", "HEAD~2..HEAD", found=["one"], unread="two.env")
        self._check(clone, "--since", "HEAD~2", found=["one"], unread="two.env")

    @pytest.mark.parametrize("damage", ["cut", "nonsense", "gone"])
    def test_a_content_that_is_damaged(self, change: Repository, damage: str) -> None:
        place = change.loose("HEAD~1:two.env")
        place.chmod(0o644)
        if damage == "gone":
            place.unlink()
        else:
            place.write_bytes(place.read_bytes()[:20] if damage == "cut" else b"nonsense")
        self._check(change, "--range", "HEAD~2..HEAD", found=["one"], unread="two.env")

    def test_a_staged_content_that_is_damaged(self, change: Repository) -> None:
        change.write("a.env", leak("staged"))
        change.write("b.env", leak("lost"))
        change.git("add", ".")
        change.loose(":b.env").unlink()
        self._check(change, "--staged", found=["staged"], unread="b.env")

    def test_a_content_over_the_size_limit(self, change: Repository) -> None:
        change.write("a.env", leak("staged"))
        change.write("b.csv", "1,2\n" * 1000)
        change.git("add", ".")
        self._check(change, "--staged", "--max-file-size", "2KB", found=["staged"], unread="b.csv")
        ran = scan(change, "--staged", "--max-file-size", "2KB", "--exclude", "*.csv")
        assert (ran.code, ran.keys) == (1, keys("staged"))

    def test_a_range_behind_the_end_of_a_shallow_clone(self, change: Repository, tmp_path: Path) -> None:
        clone = tmp_path / "clone"
        change.git("branch", "base", "HEAD~2")
        change.git("commit", "-q", "--allow-empty", "-m", "x")
        change.git("clone", "-q", "--depth", "2", "--no-single-branch", f"file://{change.top}", str(clone))
        ran = scan(clone, "--range", "origin/base..HEAD")
        assert ran.code == 2
        assert "of the change could not be read" in ran.err


def _job(where: Repository | Path, *options: str) -> Scanned:
    """Scan as in a job, which refuses the values."""
    cwd = where.top if isinstance(where, Repository) else where
    return run("scan", "-fjson", *options, cwd=cwd, env={"CI": "true", "GITLAB_CI": "true"})


class TestJobs:
    """A job that reads a part of the history must not look as if it had read all: its upload would close alerts."""

    @pytest.fixture
    def leaky(self, leaky: Repository) -> Repository:
        """Return it with a file that is there, so that something is read."""
        leaky.commit({"bot.txt": "hi"})
        return leaky

    @pytest.mark.parametrize("options", [["--filter=blob:none"], ["--filter=tree:0"], ["--filter=blob:limit=10"]])
    def test_a_partial_clone_fails(self, leaky: Repository, tmp_path: Path, options: list[str]) -> None:
        leaky.git("config", "uploadpack.allowFilter", "true")
        clone = tmp_path / "clone"
        leaky.git("clone", "-q", *options, f"file://{leaky.top}", str(clone))
        assert scan(clone).code == 0
        ran = _job(clone)
        assert ran.code == 2
        assert "not all was read: " in ran.err
        assert "not in this clone" in ran.err
        assert _job(clone, "--no-history").code == 0

    def test_a_missing_content_a_broken_ref_and_a_closed_archive_fail(self, leaky: Repository) -> None:
        assert _job(leaky, "--fail-on", "critical", "--exclude", ".env").code == 0
        _ref("refs/heads/broken", f"{NOWHERE}\n")(leaky)
        assert _job(leaky).code == 2
        (leaky.top / ".git/refs/heads/broken").unlink()
        (leaky.top / "cut.zip").write_bytes(b"PK\x03\x04" + b"\x14\0" + b"\x01\0" + bytes(22) + b"OKX_API_KEY")
        ran = _job(leaky, "--exclude", ".env")
        assert (ran.code, "cut.zip" in ran.err) == (2, True)
        assert _job(leaky, "--exclude", ".env", "--exclude", "cut.zip").code == 0, "so it is settled"
        (leaky.top / "cut.zip").unlink()
        leaky.loose("HEAD~2:.env").unlink()
        ran = _job(leaky)
        assert (ran.code, "missing" in ran.err) == (2, True)

    def test_what_a_checkout_leaves_out_by_choice_does_not(self, leaky: Repository, tmp_path: Path) -> None:
        clone = tmp_path / "clone"
        leaky.git("clone", "-q", "--depth", "1", f"file://{leaky.top}", str(clone))
        ran = _job(clone)
        assert (ran.code, list(ran.skipped)) == (0, ["<history>"])


class TestSubmodules:
    """The commit of a submodule is named in a change; that it is not read fails `--strict` alone."""

    @pytest.mark.parametrize("where", ["lib", "a/b", "späte r", "node_modules/x"])
    def test_it_is_named(self, repository: Repository, where: str) -> None:
        repository.commit({"base.txt": "base"})
        head = repository.git("rev-parse", "HEAD").strip()
        repository.git("update-index", "--add", "--cacheinfo", f"160000,{head},{where}")
        staged = scan(repository, "--staged")
        assert (staged.code, list(staged.skipped)) == (0, [where])
        assert "id of its commit alone" in staged.skipped[where]
        assert scan(repository, "--staged", "--strict").code == 3
        assert scan(repository, "--staged", "--strict", "--exclude", where).code == 0
        repository.git("commit", "-q", "-m", "bump")
        ranged = _job(repository, "--range", "HEAD~1..HEAD")
        assert (ranged.code, list(ranged.skipped)) == (0, [where])
        assert scan(repository, "--range", "HEAD~1..HEAD", "--strict").code == 3


class TestMadeByTools:
    """What a tool makes is passed over in a folder; what somebody stages or commits of it is read."""

    @pytest.mark.parametrize(
        ("path", "beside"),
        [
            ("package-lock.json", "package.json"),
            ("node_modules/foo/config.js", "node_modules/foo/package.json"),
            ("yarn.lock", "package.json"),
            (".venv/lib/python3.11/site-packages/x.py", ".venv/pyvenv.cfg"),
            ("vendor/x/a.go", "vendor/modules.txt"),
        ],
    )
    def test_it_is_read_in_a_change(self, repository: Repository, path: str, beside: str) -> None:
        repository.commit({"base.txt": "base", "package.json": "{}"})
        for name, text in ((path, leak("made")), (beside, "{}")):
            (repository.top / name).parent.mkdir(parents=True, exist_ok=True)
            (repository.top / name).write_text(text)
            repository.git("add", "-f", name)
        staged = scan(repository, "--staged")
        assert (staged.code, staged.keys) == (1, keys("made"))
        repository.git("commit", "-q", "-m", "made")
        ranged = scan(repository, "--range", "HEAD~1..HEAD")
        assert (ranged.code, ranged.keys) == (1, keys("made"))

    def test_compiled_code_that_is_none_is_named(self, repository: Repository) -> None:
        repository.commit({"a.py": "pass"})
        (repository.top / "__pycache__").mkdir()
        (repository.top / "__pycache__/a.cpython-311.pyc").write_text(leak("made"))
        repository.git("add", "-f", ".")
        ran = scan(repository, "--staged")
        assert (ran.code, list(ran.skipped)) == (2, ["__pycache__/a.cpython-311.pyc"])
