"""Git is asked through real repositories, one of which carries every setting that can start a program."""

from __future__ import annotations

import os
import random
import shlex
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keyguard.errors import SourceError
from keyguard.git import calls, process, program
from keyguard.git.failures import error_of
from keyguard.model import Tracking

if TYPE_CHECKING:
    from collections.abc import Iterator

TRACKED, UNTRACKED, IGNORED = Tracking.TRACKED, Tracking.UNTRACKED, Tracking.IGNORED
NOBODY = 65534
GIT = shutil.which("git") or "git"

as_root = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0, reason="only root can give a folder to somebody else"
)


def git(cwd: Path, *arguments: str) -> bytes:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
    return subprocess.run([GIT, *identity, *arguments], cwd=cwd, check=True, capture_output=True).stdout


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text\n")


def entries(top: Path, below: str = "") -> dict[str, Tracking]:
    found = list(calls.listing(top, below, unreadable=set()))
    assert len(dict(found)) == len(found), "a path is listed twice"
    return dict(found)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in os.environ:
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return home


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    top = tmp_path / "repository"
    top.mkdir()
    git(top, "init", "-q")
    return top


@pytest.fixture
def public() -> Iterator[Path]:
    """Make a folder that any user can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def somebody_else() -> Iterator[None]:
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


class TestFindGit:
    def test_path_is_absolute(self) -> None:
        found = program.find_git()
        assert found
        assert Path(found).is_absolute()

    @pytest.mark.parametrize("search", ["", ".", "bin", "{here}", "{here}/bin", ".:{here}:bin"])
    def test_a_git_in_the_scanned_folder_is_never_taken(
        self, repository: Path, monkeypatch: pytest.MonkeyPatch, search: str
    ) -> None:
        for folder in (repository, repository / "bin"):
            folder.mkdir(exist_ok=True)
            (folder / "git").write_text("#!/bin/sh\n")
            (folder / "git").chmod(0o755)
        monkeypatch.chdir(repository)
        monkeypatch.setenv("PATH", search.format(here=repository))
        assert program.find_git() is None
        assert calls.work_tree(".") is None
        with pytest.raises(SourceError, match="git was not found"):
            calls.run(["version"], cwd=repository)

    def test_the_search_goes_on_behind_such_entries(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (repository / "git").write_text("#!/bin/sh\n")
        (repository / "git").chmod(0o755)
        monkeypatch.chdir(repository)
        monkeypatch.setenv("PATH", f".:{repository}:{os.environ['PATH']}")
        assert program.find_git() == shutil.which("git", path=os.environ["PATH"].split(":", 2)[2])


class TestWorkTree:
    def test_of_a_folder_and_of_a_file(self, repository: Path) -> None:
        write(repository, "a/b/c.txt")
        assert calls.work_tree(repository) == repository
        assert calls.work_tree(repository / "a/b") == repository
        assert calls.work_tree(repository / "a/b/c.txt") == repository

    def test_none_where_there_is_none(self, tmp_path: Path, repository: Path) -> None:
        git(tmp_path, "clone", "-q", "--bare", str(repository), "bare")
        write(tmp_path, "broken/.git", "plain/a.txt")
        (tmp_path / "stale").mkdir()
        (tmp_path / "stale/.git").write_text("gitdir: /does/not/exist\n")
        for name in ("plain", "bare", "repository/.git", "broken", "stale", "missing/folder"):
            assert calls.work_tree(tmp_path / name) is None, name

    def test_a_forged_work_tree_elsewhere_is_none(self, tmp_path: Path, repository: Path) -> None:
        git(repository, "config", "core.worktree", str(tmp_path / "home"))
        assert calls.work_tree(repository) is None

    def test_a_folder_shaped_like_a_bare_repository_brings_no_configuration(self, repository: Path) -> None:
        inner = repository / "inner"
        git(repository, "init", "-q", "--bare", str(inner))
        git(inner, "config", "core.bare", "false")
        git(inner, "config", "core.worktree", str(inner))
        assert git(inner, "rev-parse", "--show-toplevel").decode().strip() == str(inner)  # the trap is live
        assert calls.work_tree(inner) is None

    def test_inside_a_linked_work_tree(self, repository: Path, tmp_path: Path) -> None:
        git(repository, "commit", "-q", "--allow-empty", "-m", "x")
        git(repository, "worktree", "add", "-q", str(tmp_path / "linked"))
        assert calls.work_tree(tmp_path / "linked") == tmp_path / "linked"

    def test_name_with_a_newline_at_its_end(self, tmp_path: Path) -> None:
        folder = tmp_path / "odd\n"
        folder.mkdir()
        git(folder, "init", "-q")
        assert calls.work_tree(folder) == folder


class TestListing:
    def test_every_class(self, repository: Path) -> None:
        (repository / ".gitignore").write_text("*.env\nnode_modules/\nsecret.json\n")
        write(repository, "src/a.py", "new/b.py", "new/secret.json", "node_modules/x/y.js", "live.env")
        write(repository, "only/secret.json")
        git(repository, "add", ".gitignore", "src")
        assert entries(repository) == {
            ".gitignore": TRACKED,
            "src/a.py": TRACKED,
            "new/b.py": UNTRACKED,
            "new/secret.json": IGNORED,
            "node_modules/": IGNORED,
            "live.env": IGNORED,
            "only/": IGNORED,
        }

    def test_below_a_folder(self, repository: Path) -> None:
        (repository / ".gitignore").write_text("data/\n*.env\n")
        write(repository, "a*b/t.py", "a*b/u.py", "a*b/i.env", "aXb/t.py", "data/deep/x.json")
        git(repository, "--literal-pathspecs", "add", "a*b/t.py")
        assert entries(repository, "a*b") == {"a*b/t.py": TRACKED, "a*b/u.py": UNTRACKED, "a*b/i.env": IGNORED}
        assert entries(repository, "data") == {"data/": IGNORED}
        assert entries(repository, "data/deep") == {"data/deep/": IGNORED}

    def test_submodule_and_nested_repository_are_folders(self, repository: Path, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.mkdir()
        git(other, "init", "-q")
        git(other, "commit", "-q", "--allow-empty", "-m", "x")
        git(repository, "submodule", "add", "-q", str(other), "sub")
        git(repository, "clone", "-q", str(other), "nested")
        git(repository, "init", "-q", "unborn")
        write(repository, "unborn/a.txt")
        assert entries(repository) == {
            ".gitmodules": TRACKED,
            "sub/": TRACKED,
            "nested/": UNTRACKED,
            "unborn/": UNTRACKED,
        }

    def test_odd_names(self, repository: Path) -> None:
        names = [b'qu"ote', b"new\nline", b"tab\t", b"-dash", b"\xff\xfe", b"esc\x1b[31m", b":(top)x", b"\xc3\xbc"]
        for name in names:
            (repository / os.fsdecode(name)).write_text("x")
        assert entries(repository) == {os.fsdecode(name): UNTRACKED for name in names}
        git(repository, "add", ".")
        assert entries(repository) == {os.fsdecode(name): TRACKED for name in names}

    def test_an_unmerged_path_is_listed_once(self, repository: Path) -> None:
        write(repository, "a.txt")
        git(repository, "add", ".")
        git(repository, "commit", "-q", "-m", "base")
        for branch in ("one", "two"):
            git(repository, "checkout", "-q", "-b", branch, "HEAD" if branch == "one" else "HEAD~1")
            (repository / "a.txt").write_text(branch)
            git(repository, "commit", "-q", "-a", "-m", branch)
        with pytest.raises(subprocess.CalledProcessError):
            git(repository, "merge", "-q", "one")
        assert git(repository, "ls-files").count(b"a.txt") == 3
        assert entries(repository) == {"a.txt": TRACKED}

    def test_sparse_index_and_split_index_list_all_that_is_tracked(self, repository: Path) -> None:
        write(repository, "in/a.txt", "out/deep/b.txt")
        git(repository, "add", ".")
        git(repository, "commit", "-q", "-m", "x")
        git(repository, "sparse-checkout", "set", "--cone", "--sparse-index", "in")
        assert not (repository / "out").exists()
        assert entries(repository) == {"in/a.txt": TRACKED, "out/deep/b.txt": TRACKED}
        git(repository, "sparse-checkout", "disable")
        git(repository, "update-index", "--split-index")
        assert entries(repository) == {"in/a.txt": TRACKED, "out/deep/b.txt": TRACKED}

    def test_a_stale_untracked_cache_hides_nothing(self, repository: Path) -> None:
        git(repository, "config", "core.untrackedCache", "true")
        write(repository, "d/a.txt")
        git(repository, "status")
        facts = (repository / "d").stat()
        write(repository, "d/b.txt")
        os.utime(repository / "d", ns=(facts.st_atime_ns, facts.st_mtime_ns))
        assert entries(repository) == {"d/a.txt": UNTRACKED, "d/b.txt": UNTRACKED}

    @pytest.mark.parametrize("seed", range(12))
    def test_nothing_on_the_disk_is_missed_or_told_wrongly(self, repository: Path, seed: int) -> None:
        """Random trees with random ignore files, against `git check-ignore` for each file."""
        rng = random.Random(seed)  # noqa: S311
        names = ["a", "b", "c.json", "d.env", "build", "x y"]
        for _ in range(40):
            parts = [rng.choice(names) + str(depth) for depth in range(rng.randint(1, 4))]
            path = repository.joinpath(*parts[:-1], rng.choice(names) + "f")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x")
        folders = [Path(folder) for folder, _, _ in os.walk(repository) if ".git" not in folder]
        for folder in rng.sample(folders, min(3, len(folders))):
            patterns = ["*.env*", "build*/", "a1/", "!b2", "c.json?", "!*.env2f", "/b*"]
            (folder / ".gitignore").write_text("\n".join(rng.sample(patterns, 3)))
        chosen = [path.name for path in repository.iterdir() if path.name != ".git"]
        git(repository, "add", "-f", "--", rng.choice(chosen))

        paths = [path.relative_to(repository) for path in repository.rglob("*") if path.is_file()]
        expected = {str(path): UNTRACKED for path in paths if path.parts[0] != ".git"}
        for name in expected:
            if subprocess.run([GIT, "check-ignore", "-q", name], cwd=repository, check=False).returncode == 0:
                expected[name] = IGNORED
        for name in git(repository, "ls-files", "-z").decode().split("\0")[:-1]:
            expected[name] = TRACKED

        found = {}
        for name, tracking in entries(repository).items():
            inside = [path for path in (repository / name).rglob("*") if path.is_file()] if name.endswith("/") else []
            for member in [str(path.relative_to(repository)) for path in inside] or [name]:
                assert member not in found
                found[member] = tracking
        assert found == expected
        assert calls.tracking(repository, list(expected)) == expected

    def test_the_users_own_ignore_file_counts_and_the_repositorys_choice_of_one_does_not(
        self, repository: Path, own_home: Path
    ) -> None:
        write(repository, "mine.tmp", "theirs.tmp")
        (own_home / "ignore").write_text("mine.tmp\n")
        (repository / ".git/theirs").write_text("theirs.tmp\n")
        git(repository, "config", "core.excludesFile", str(repository / ".git/theirs"))
        assert entries(repository) == {"mine.tmp": UNTRACKED, "theirs.tmp": UNTRACKED}
        (own_home / ".gitconfig").write_text("[core]\n\texcludesFile = ~/ignore\n")
        program._user_settings.cache_clear()  # a user does not change it within a run
        assert entries(repository) == {"mine.tmp": IGNORED, "theirs.tmp": UNTRACKED}

    def test_works_without_a_home(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("HOME")
        write(repository, "a.txt")
        assert entries(repository) == {"a.txt": UNTRACKED}

    def test_the_memory_does_not_grow_with_the_listing(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(calls, "_BLOCK", 7)  # every path crosses a block
        write(repository, *(f"folder/file{number}.txt" for number in range(20)))
        assert len(entries(repository)) == 20


class TestTracking:
    def test_one_call_names_ten_files(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (repository / ".gitignore").write_text("*.env\n")
        write(repository, *(f"d{n}/{kind}{n}.{kind}" for n in range(4) for kind in ("env", "new", "old")))
        git(repository, "add", "d*/*.old")
        names = [f"d{n}/{kind}{n}.{kind}" for n in range(4) for kind in ("env", "new", "old")]
        made: list[list[str]] = []
        call = calls._call

        def counted(arguments: list[str], cwd: Path, **more: bool) -> process.Call:
            made.append(arguments)
            return call(arguments, cwd, **more)

        monkeypatch.setattr(calls, "_call", counted)
        kinds = {"env": IGNORED, "new": UNTRACKED, "old": TRACKED}
        assert calls.tracking(repository, names) == {name: kinds[name[-3:]] for name in names}
        assert len(made) == 1

    def test_the_index_of_a_hook_counts_for_its_own_repository_only(
        self, repository: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        git(repository, "init", "-q", "nested")
        write(repository, "staged.txt", "nested/staged.txt")
        git(repository / "nested", "add", ".")
        monkeypatch.chdir(repository)
        monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index")  # what `git commit FILE` hands its hooks
        git(repository, "add", "staged.txt")
        (repository / "below").mkdir()
        assert entries(repository) == {"staged.txt": TRACKED, "nested/": UNTRACKED}
        assert calls.work_tree(repository / "below") == repository
        assert entries(repository / "nested") == {"staged.txt": TRACKED}
        monkeypatch.delenv("GIT_INDEX_FILE")
        assert entries(repository)["staged.txt"] == UNTRACKED

    def test_a_hooks_git_dir_does_not_lead_elsewhere(
        self, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        git(tmp_path, "init", "-q", "other")
        monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
        monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
        assert calls.work_tree(repository) == repository


class TestTrouble:
    def test_an_error_is_one_sentence(self, repository: Path) -> None:
        (repository / ".git/config").write_text("[core\n")
        with pytest.raises(SourceError, match=r"git failed in .*: bad config line 1") as caught:
            calls.work_tree(repository)
        assert "\n" not in caught.value.message

    def test_a_broken_index_is_told_before_the_first_entry(self, repository: Path) -> None:
        (repository / ".git/index").write_bytes(b"DIRC nonsense that is no index" * 9)
        with pytest.raises(SourceError, match="git failed"):
            next(calls.listing(repository, unreadable=set()))

    def test_a_pipe_in_place_of_an_ignore_file_does_not_hang(
        self, repository: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        os.mkfifo(repository / ".gitignore")
        monkeypatch.setattr(process, "TIME_LIMIT", 0.3)
        with pytest.raises(SourceError, match=r"git took more than .* seconds"):
            entries(repository)

    def test_a_folder_that_vanished(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match="could not be started"):
            calls.run(["version"], cwd=tmp_path / "missing")

    @as_root
    def test_foreign_ownership_is_told_with_its_remedy(self, repository: Path, own_home: Path) -> None:
        os.chown(repository, NOBODY, NOBODY)
        with pytest.raises(SourceError, match=r"does not trust .* belongs to user 'nobody'") as caught:
            calls.work_tree(repository)
        assert caught.value.hint.endswith(f"git config --global --add safe.directory {repository}")
        with pytest.raises(SourceError, match="does not trust"):
            entries(repository)

        (own_home / ".gitconfig").write_text(f"[safe]\n\tdirectory = {repository}\n")
        program._user_settings.cache_clear()
        assert calls.work_tree(repository) == repository  # the remedy works, although no other setting is read

    @as_root
    def test_a_folder_that_git_may_not_open_is_named(self, public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(public))
        git(public, "init", "-q")
        write(public, "seen.txt", "locked/deep/a.txt")
        for folder, _, files in os.walk(public):
            for path in (folder, *(f"{folder}/{name}" for name in files)):
                os.chown(path, NOBODY, NOBODY)
        (public / "locked").chmod(0)
        unreadable: set[str] = set()
        with somebody_else():
            found = dict(calls.listing(public, unreadable=unreadable))
        assert found == {"seen.txt": UNTRACKED}
        assert unreadable == {"locked"}


class Hostile:
    """A repository in which every setting that names a program names one that leaves a mark."""

    def __init__(self, folder: Path) -> None:
        self.top = folder / "hostile"
        self.marks = folder / "marks"
        self.programs = folder / "programs"
        for made in (self.top, self.marks, self.programs):
            made.mkdir()
        git(self.top, "init", "-q")
        write(self.top, "a.txt", "b.txt", "c.bin")
        (self.top / ".gitattributes").write_text("* filter=evil diff=evil\n")
        git(self.top, "add", ".")
        git(self.top, "commit", "-q", "-m", "x")
        self._configure()
        # One blob is missing (lazy fetching would get it), one file is newer than the index, one is not tracked.
        blob = git(self.top, "rev-parse", "HEAD:c.bin").decode().strip()
        (self.top / "c.bin").write_text("other")
        (self.top / ".git/objects" / blob[:2] / blob[2:]).unlink(missing_ok=True)
        write(self.top, "new.txt")
        for mark in self.marks.iterdir():
            mark.unlink()

    def program(self, name: str) -> str:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\ntouch '{self.marks}/{name}'\nexit 1\n")
        path.chmod(0o755)
        return str(path)

    def _configure(self) -> None:
        hooks = self.programs / "hooks"
        hooks.mkdir()
        for hook in ("post-index-change", "pre-commit", "post-checkout", "reference-transaction", "fsmonitor-watchman"):
            shutil.copy(self.program(f"hook-{hook}"), hooks / hook)
        settings = {
            "core.fsmonitor": self.program("fsmonitor"),
            "core.hooksPath": str(hooks),
            "filter.evil.clean": self.program("clean"),
            "filter.evil.smudge": self.program("smudge"),
            "filter.evil.process": self.program("process"),
            "diff.evil.textconv": self.program("textconv"),
            "diff.evil.command": self.program("diff-command"),
            "diff.external": self.program("external"),
            "log.showSignature": "true",
            "gpg.program": self.program("gpg"),
            "gpg.ssh.program": self.program("gpg-ssh"),
            "core.sshCommand": self.program("ssh"),
            "core.askPass": self.program("askpass"),
            "core.pager": self.program("pager"),
            "pager.ls-files": self.program("pager-ls-files"),
            "core.editor": self.program("editor"),
            "core.gitProxy": self.program("proxy"),
            "core.alternateRefsCommand": self.program("alternate"),
            "credential.helper": self.program("credential"),
            "alias.ls-files": f"!{self.program('alias')}",
            "alias.rev-parse": f"!{self.program('alias')}",
            "core.attributesFile": str(self.top / ".gitattributes"),
            "core.untrackedCache": "true",
            "protocol.ext.allow": "always",
            "protocol.allow": "always",
            "extensions.partialClone": "evil",
            "remote.evil.url": f"ext::{self.program('ext')}",
            "remote.evil.promisor": "true",
            "remote.evil.uploadpack": self.program("uploadpack"),
            "uploadpack.packObjectsHook": self.program("pack-objects"),
        }
        for name, value in settings.items():
            git(self.top, "config", name, value)
        git(self.top, "config", "core.repositoryFormatVersion", "1")

    @property
    def tripped(self) -> set[str]:
        return {mark.name for mark in self.marks.iterdir()}


class TestHostileRepository:
    @pytest.mark.parametrize(
        ("arguments", "mark"),
        [
            (["status"], "fsmonitor"),
            (["ls-files", "-s"], "fsmonitor"),
            (["diff"], "process"),
            (["status"], "hook-post-index-change"),
            (["cat-file", "-p", "HEAD:c.bin"], "ext"),
        ],
    )
    def test_the_traps_are_live(self, tmp_path: Path, arguments: list[str], mark: str) -> None:
        hostile = Hostile(tmp_path)
        if mark != "fsmonitor":
            git(hostile.top, "config", "--unset", "core.fsmonitor")
        if mark.startswith("hook"):  # a filter that fails ends git before its hook
            git(hostile.top, "config", "--remove-section", "filter.evil")
            os.utime(hostile.top / "a.txt", (1, 1))
        subprocess.run([GIT, *arguments], cwd=hostile.top, check=False, capture_output=True)
        assert mark in hostile.tripped

    def test_nothing_runs_when_it_is_listed(self, tmp_path: Path) -> None:
        hostile = Hostile(tmp_path)
        assert calls.work_tree(hostile.top) == hostile.top
        assert entries(hostile.top) == {
            ".gitattributes": TRACKED,
            "a.txt": TRACKED,
            "b.txt": TRACKED,
            "c.bin": TRACKED,
            "new.txt": UNTRACKED,
        }
        assert calls.tracking(hostile.top, ["a.txt"]) == {"a.txt": TRACKED}
        assert hostile.tripped == set()

    @pytest.mark.parametrize(
        "arguments",
        [
            ["cat-file", "-p", "HEAD:a.txt"],
            ["cat-file", "-p", "HEAD:c.bin"],
            ["cat-file", "--batch-all-objects", "--batch-check"],
            ["rev-list", "--objects", "--all"],
            ["log", "--raw", "--format=%H"],
            ["for-each-ref"],
            ["diff-index", "--cached", "--raw", "HEAD"],
            ["check-ignore", "a.txt"],
            ["check-attr", "-a", "a.txt"],
        ],
    )
    def test_nothing_runs_when_other_plumbing_is_called(self, tmp_path: Path, arguments: list[str]) -> None:
        hostile = Hostile(tmp_path)
        try:
            calls.run(arguments, cwd=hostile.top)
        except SourceError as error:
            assert "git failed" in error.message  # noqa: PT017 - the missing blob, or no answer
        assert hostile.tripped == set()

    def test_the_index_is_not_written(self, tmp_path: Path) -> None:
        hostile = Hostile(tmp_path)
        before = (hostile.top / ".git/index").stat().st_mtime_ns
        entries(hostile.top)
        assert (hostile.top / ".git/index").stat().st_mtime_ns == before
        assert not list(hostile.top.glob(".git/*.lock"))


@pytest.mark.parametrize("name", ["x;touch pwned", "a b", "$(touch pwned)", "`touch pwned`", "it's", "-n", "*"])
def test_a_hint_that_is_pasted_into_a_shell_says_what_it_means(tmp_path: Path, name: str) -> None:
    (tmp_path / name / ".git").mkdir(parents=True)
    hint = error_of(b"fatal: detected dubious ownership in repository", str(tmp_path / name)).hint
    command = hint.removeprefix("if you trust it: ")
    assert shlex.split(command) == ["git", "config", "--global", "--add", "safe.directory", str(tmp_path / name)]
