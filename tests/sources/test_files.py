"""Files of all kinds, in real git repositories and outside of them, are named, read or reported."""

from __future__ import annotations

import io
import os
import pickle
import shutil
import socket
import subprocess
import tempfile
import threading
import tracemalloc
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keyguard.git import calls, process
from keyguard.model import Blob, Skipped, Tracking
from keyguard.sources import PIECE
from keyguard.sources.files import FileSource, StdinSource, scan_root
from keyguard.sources.names import amount

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PRODUCTS = "installed packages, caches and build folders"
TRACKED, UNTRACKED, IGNORED, NONE = Tracking.TRACKED, Tracking.UNTRACKED, Tracking.IGNORED, Tracking.NONE
NOBODY = 65534
GIT = shutil.which("git") or "git"
LIMIT = 256 * 1024 * 1024

as_root = pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can become another user")


def git(cwd: Path, *arguments: str) -> bytes:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
    return subprocess.run([GIT, *identity, *arguments], cwd=cwd, check=True, capture_output=True).stdout


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content of " + os.fsencode(name) + b"\n")


def source(
    *targets: Path | str,
    root: Path | None = None,
    everything: bool = False,
    exclude: Sequence[str] = (),
    limit: int = LIMIT,
) -> FileSource:
    names = [str(target) for target in targets]
    return FileSource(names, root=root or scan_root(names), everything=everything, exclude=exclude, max_file_size=limit)


def named(files: FileSource) -> dict[str, Tracking]:
    blobs = list(files.blobs())
    assert len({blob.id for blob in blobs}) == len(blobs), "a file is named twice"
    return {blob.path: blob.tracking for blob in blobs}


def read(files: FileSource | StdinSource) -> dict[str, bytes]:
    """Read all there is; without a piece a blob counts as not read."""
    contents = {blob.path: list(files.pieces(blob)) for blob in files.blobs()}
    return {path: b"".join(pieces) for path, pieces in contents.items() if pieces}


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


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


class TestWorkTree:
    def test_every_class_of_file(self, repository: Path) -> None:
        (repository / ".gitignore").write_text("*.env\n*.log\nlocal.yaml\nconfig.py\nnode_modules/\nconf/\n")
        write(repository, "bot.py", "new.py", "live.env", "run.log", "local.yaml", "config.py")
        write(
            repository,
            "node_modules/x/config.json",
            "node_modules/x/package.json",
            "conf/live/okx.json",
            "conf/run.log",
            "conf/dist/a.json",
            "conf/package.json",
        )
        git(repository, "add", "bot.py", ".gitignore")
        files = source(repository)
        assert named(files) == {
            ".gitignore": TRACKED,
            "bot.py": TRACKED,
            "new.py": UNTRACKED,
            "live.env": IGNORED,
            "local.yaml": IGNORED,
            "config.py": IGNORED,
            "conf/live/okx.json": IGNORED,
            "conf/package.json": IGNORED,
            "conf/dist/a.json": IGNORED,
        }
        assert files.left_out == {PRODUCTS: 1, "ignored files": 2}
        assert not files.skipped
        assert not files.failures

    def test_everything_means_everything_but_git_itself(self, repository: Path) -> None:
        (repository / ".gitignore").write_text("*.log\nnode_modules/\n")
        write(repository, "bot.py", "run.log", "node_modules/x/index.js", "uv.lock", "dist/a.js", "package.json")
        git(repository, "add", "bot.py", "uv.lock", ".gitignore")
        files = source(repository, everything=True)
        assert named(files) == {
            ".gitignore": TRACKED,
            "bot.py": TRACKED,
            "uv.lock": TRACKED,
            "run.log": IGNORED,
            "node_modules/x/index.js": IGNORED,
            "dist/a.js": UNTRACKED,
            "package.json": UNTRACKED,
        }
        assert not files.left_out

    def test_a_folder_of_a_work_tree_is_told_from_its_top(self, repository: Path) -> None:
        (repository / ".gitignore").write_text("*.env\n")
        write(repository, "a/b/x.py", "a/b/y.env", "c/z.py")
        git(repository, "add", "a")
        assert scan_root([str(repository / "a/b")]) == repository
        assert named(source(repository / "a/b")) == {"a/b/x.py": TRACKED, "a/b/y.env": IGNORED}
        assert named(source(repository / "a/b", root=repository / "a")) == {"b/x.py": TRACKED, "b/y.env": IGNORED}

    def test_an_ignored_folder_that_is_a_target_is_read_whole(self, repository: Path) -> None:
        (repository / ".gitignore").write_text("data/\n")
        write(repository, "data/deep/notes.txt", "data/run.log")
        (repository / "data/deep/large.csv").write_bytes(b"x" * (2 << 20))
        found = read(source(repository / "data/deep"))
        assert set(found) == {"data/deep/notes.txt", "data/deep/large.csv"}

    def test_a_large_ignored_file_is_data(self, repository: Path) -> None:
        (repository / ".gitignore").write_text("*.json\n")
        (repository / "candles.json").write_bytes(b"x" * (2 << 20))
        files = source(repository)
        assert "candles.json" not in read(files)
        assert files.left_out == {"large ignored files": 1}
        assert "candles.json" in read(source(repository, everything=True))
        assert "candles.json" in read(source(repository / "candles.json"))

    @pytest.mark.parametrize(
        "name",
        [
            *(
                ".env",
                ".env.local",
                "prod.env",
                "okx.env.bak",
                ".envrc",
                "odd\nname.env",
                ".npmrc",
                ".netrc",
                ".pgpass",
            ),
            *(".git-credentials", ".bash_history", "config.json5", "settings.yml", "a.toml", "gradle.properties"),
            *("workspace.xml", "terraform.tfvars", "state.tfstate.backup", "my.secret", "secrets.txt", "credentials"),
            *("okx_keys.txt", "api-key", "local_settings.py", "config.js", "run.sh", "bot.service"),
        ],
    )
    def test_ignored_files_that_look_like_configuration(self, repository: Path, name: str) -> None:
        (repository / ".gitignore").write_text("*\n")
        write(repository, name)
        assert name in named(source(repository))

    @pytest.mark.parametrize("name", ["run.log", "a.pyc", "main.py", "data.csv", "book.ipynb", "notes.txt", "a.png"])
    def test_ignored_files_that_do_not(self, repository: Path, name: str) -> None:
        (repository / ".gitignore").write_text("*\n")
        write(repository, name)
        assert name not in named(source(repository))

    def test_submodules_nested_repositories_and_linked_work_trees(self, repository: Path, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.mkdir()
        git(other, "init", "-q")
        write(other, "kept.py")
        git(other, "add", ".")
        git(other, "commit", "-q", "-m", "x")
        git(repository, "submodule", "add", "-q", str(other), "sub")
        git(repository, "clone", "-q", str(other), "nested")
        git(repository, "clone", "-q", str(other), "nested/deeper")
        git(other, "worktree", "add", "-q", str(repository / "linked"))
        write(repository, "sub/new.py", "nested/new.py", "linked/new.py", "ignored/repo/x.json")
        (repository / ".gitignore").write_text("ignored/\n")
        git(repository / "ignored/repo", "init", "-q")
        assert named(source(repository)) == {
            ".gitmodules": TRACKED,
            ".gitignore": UNTRACKED,
            **{f"{folder}/kept.py": TRACKED for folder in ("sub", "nested", "nested/deeper", "linked")},
            **{f"{folder}/new.py": UNTRACKED for folder in ("sub", "nested", "linked")},
            "ignored/repo/x.json": UNTRACKED,
        }

    def test_a_submodule_that_is_not_there(self, repository: Path, tmp_path: Path) -> None:
        git(tmp_path, "init", "-q", "other")
        git(tmp_path / "other", "commit", "-q", "--allow-empty", "-m", "x")
        git(repository, "submodule", "add", "-q", str(tmp_path / "other"), "sub")
        shutil.rmtree(repository / "sub")
        assert named(source(repository)) == {".gitmodules": TRACKED}
        (repository / "sub").mkdir()
        write(repository, "sub/left.py")
        assert named(source(repository)) == {".gitmodules": TRACKED, "sub/left.py": TRACKED}

    def test_clones_below_a_plain_folder(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            git(tmp_path, "init", "-q", name)
            (tmp_path / name / ".gitignore").write_text("*.log\n")
            write(tmp_path, f"{name}/a.py", f"{name}/a.log", f"{name}/.env")
        write(tmp_path, "loose.log")
        found = named(source(tmp_path))
        assert list(found) == ["loose.log"] + [
            f"{repo}/{name}" for repo in ("one", "two") for name in (".env", ".gitignore", "a.py")
        ]
        assert found["loose.log"] == NONE
        assert found["two/a.py"] == UNTRACKED

    def test_a_deleted_tracked_file_is_no_trouble(self, repository: Path) -> None:
        write(repository, "kept.py", "gone.py", "folder/gone.py", "turned/a.py")
        git(repository, "add", ".")
        (repository / "gone.py").unlink()
        shutil.rmtree(repository / "folder")
        shutil.rmtree(repository / "turned")
        write(repository, "turned")
        files = source(repository)
        assert set(read(files)) == {"kept.py", "turned"}
        assert not files.skipped

    def test_a_sparse_checkout(self, repository: Path) -> None:
        write(repository, "in/a.txt", "out/b.txt")
        git(repository, "add", ".")
        git(repository, "commit", "-q", "-m", "x")
        git(repository, "sparse-checkout", "set", "--cone", "in")
        files = source(repository)
        assert set(read(files)) == {"in/a.txt"}
        assert not files.skipped

    def test_a_tracked_folder_that_became_a_link_is_not_followed(self, repository: Path, tmp_path: Path) -> None:
        write(tmp_path, "elsewhere/deep/a.txt")
        write(repository, "folder/deep/a.txt")
        git(repository, "add", ".")
        shutil.rmtree(repository / "folder")
        (repository / "folder").symlink_to(tmp_path / "elsewhere")
        files = source(repository)
        assert read(files) == {}
        assert files.left_out["symbolic links"] >= 1

    def test_a_forged_index_cannot_name_files_outside(self, repository: Path, tmp_path: Path) -> None:
        write(tmp_path, "outside.txt")
        write(repository, "ab/outside.txt")
        git(repository, "add", ".")
        index = repository / ".git/index"
        git(repository, "config", "index.skipHash", "true")
        forged = index.read_bytes()[:-20].replace(b"ab/outside.txt", b"../outside.txt")
        import hashlib

        index.write_bytes(forged + hashlib.sha1(forged).digest())  # noqa: S324 - the index's own checksum
        assert b"../outside.txt" in git(repository, "ls-files")
        assert read(source(repository)) == {"ab/outside.txt": b"content of ab/outside.txt\n"}

    def test_a_broken_repository_is_a_failure_and_is_read_all_the_same(self, repository: Path) -> None:
        write(repository, "a.py")
        (repository / ".git/config").write_text("[core\n")
        files = source(repository)
        assert named(files) == {"a.py": NONE}
        assert len(files.failures) == 1

    @as_root
    def test_a_repository_of_somebody_else_is_a_failure_and_is_read_all_the_same(self, repository: Path) -> None:
        write(repository, "a.py")
        os.chown(repository, NOBODY, NOBODY)
        files = source(repository)
        assert set(read(files)) == {"a.py"}
        assert ["does not trust" in failure.message for failure in files.failures] == [True]

    def test_without_git_all_files_are_read(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(repository, "a.py", "sub/b.py")
        monkeypatch.setenv("PATH", "")
        files = source(repository)
        assert named(files) == {"a.py": NONE, "sub/b.py": NONE}
        assert not files.failures


class TestLeftOut:
    @pytest.mark.parametrize(
        ("folder", "evidence"),
        [
            ("node_modules/ccxt", "node_modules/ccxt/package.json"),
            ("node_modules/@scope/x", "node_modules/@scope/x/package.json"),
            ("node_modules/.cache", "package.json"),
            (".venv/lib", ".venv/pyvenv.cfg"),
            ("lib/python3.12/site-packages", "lib/python3.12/site-packages/okx-2.0.dist-info/RECORD"),
            ("__pycache__", "a.py"),
            (".mypy_cache", ".mypy_cache/CACHEDIR.TAG"),
            (".terraform/providers", ".terraform.lock.hcl"),
            (".yarn/cache", "yarn.lock"),
            ("Pods", "Pods/Manifest.lock"),
        ],
    )
    def test_what_tools_put_there_by_its_evidence_whatever_git_says(
        self, repository: Path, folder: str, evidence: str
    ) -> None:
        inside = f"{folder}/deep/a.json" if folder != "__pycache__" else "__pycache__/a.cpython-312.pyc"
        write(repository, inside, "terraform.tfstate")
        assert inside in named(source(repository))
        write(repository, evidence)
        assert inside not in named(source(repository))
        git(repository, "add", ".")
        files = source(repository)
        assert inside not in named(files)
        assert files.left_out == {PRODUCTS: 1}
        shutil.rmtree(repository / ".git")
        assert inside not in named(source(repository))

    def test_what_lies_beside_packages_is_read(self, tmp_path: Path) -> None:
        packages = ("node_modules/x/package.json", ".venv/pyvenv.cfg", ".venv/lib/a.py")
        own = ("node_modules/keys.js", "node_modules/mine/bot.js", ".venv/bin/activate", ".venv/.env")
        write(tmp_path, "package.json", *packages, *own)
        assert set(named(source(tmp_path))) >= set(own)
        assert not set(named(source(tmp_path))) & {"node_modules/x/package.json", ".venv/lib/a.py"}

    @pytest.mark.parametrize("name", ["build", "dist", "target", "out", "vendor", ".next"])
    def test_a_folder_for_products_only_beside_a_build_file_and_never_when_tracked(
        self, repository: Path, name: str
    ) -> None:
        inside = f"{name}/deep/{'config.json' if name == '.next' else 'bundle.js'}"
        write(repository, inside)
        assert inside in named(source(repository))
        write(repository, "package.json")
        assert inside not in named(source(repository))
        git(repository, "add", ".")
        assert inside in named(source(repository))
        git(repository, "rm", "-rq", "--cached", ".")
        (repository / ".gitignore").write_text(f"{name}/\n")
        assert inside not in named(source(repository))
        (repository / "package.json").unlink()
        assert (inside in named(source(repository))) is (name == ".next")

    @pytest.mark.parametrize("name", ["build", "dist", "target", "out", "vendor"])
    def test_settings_are_read_in_folders_for_products(self, repository: Path, name: str) -> None:
        settings = {f"{name}/deep/config.json", f"{name}/lib/local_settings.py", f"{name}/.env"}
        write(repository, "package.json", f"{name}/lib/bundle.js", *settings)
        assert set(named(source(repository))) == {"package.json", *settings}
        (repository / ".gitignore").write_text(f"{name}/\n")
        assert set(named(source(repository))) == {".gitignore", "package.json", *settings}

    def test_an_env_folder_is_a_virtual_environment_only_if_it_says_so(self, tmp_path: Path) -> None:
        write(
            tmp_path, "env/lib/live.env", "venv/pyvenv.cfg", "venv/lib/a.py", "odd-name/pyvenv.cfg", "odd-name/lib/a.py"
        )
        assert set(named(source(tmp_path))) == {"env/lib/live.env", "venv/pyvenv.cfg", "odd-name/pyvenv.cfg"}

    def test_lock_files_beside_their_manifests_are_counted(self, tmp_path: Path) -> None:
        write(
            tmp_path, "uv.lock", "pyproject.toml", "sub/package-lock.json", "sub/package.json", "sub/my.lock", "go.sum"
        )
        files = source(tmp_path)
        assert set(named(files)) == {"go.sum", "pyproject.toml", "sub/my.lock", "sub/package.json"}
        assert files.left_out == {"lock files beside their manifests": 2}

    @pytest.mark.parametrize("name", ["bot.py~", "bot.py.bak", ".bot.py.swp", "bot.py.save", "run.lock", "bot.orig"])
    def test_ignored_copies_of_any_file_are_read(self, repository: Path, name: str) -> None:
        (repository / ".gitignore").write_text("*\n")
        write(repository, name, "bot.log")
        found = named(source(repository))
        assert found[name] == IGNORED
        assert "bot.log" not in found

    def test_a_left_out_folder_that_is_a_target_is_read(self, repository: Path) -> None:
        (repository / ".gitignore").write_text("node_modules/\n")
        write(repository, "node_modules/x/a.js", "node_modules/x/package.json", "tracked/node_modules/b.js")
        git(repository, "add", ".")
        assert set(named(source(repository / "node_modules"))) == {"node_modules/x/a.js", "node_modules/x/package.json"}
        assert set(named(source(repository / "tracked/node_modules"))) == {"tracked/node_modules/b.js"}

    @pytest.mark.parametrize("inside_git", [True, False])
    def test_excluded_paths_are_never_read(self, repository: Path, inside_git: bool) -> None:
        if not inside_git:
            shutil.rmtree(repository / ".git")
        write(repository, "a.py", "tests/deep/a.py", "docs/a.md", "docs/keep.md", "b\udcff.tmp")
        files = source(repository, repository / "docs/a.md", exclude=["tests/", "docs/*", "!docs/keep.md", "*.tmp"])
        assert set(named(files)) == {"a.py", "docs/keep.md"}
        assert files.left_out["excluded paths"] >= 3
        assert set(named(source(repository, exclude=["/tests"], everything=True))) >= {"a.py", "docs/a.md"}


class TestTargets:
    def test_a_named_file_is_always_read(self, repository: Path) -> None:
        (repository / ".gitignore").write_text("*.log\nnode_modules/\n")
        names = ["uv.lock", "run.log", "node_modules/x/index.js", "new.py", "bot.py", ".git/description"]
        write(repository, *names)
        git(repository, "add", "bot.py", "uv.lock")
        files = source(*(repository / name for name in names))
        tracking = [TRACKED, IGNORED, IGNORED, UNTRACKED, TRACKED, NONE]
        assert named(files) == dict(zip(names, tracking, strict=True))
        assert len(read(files)) == 6

    def test_named_files_of_one_work_tree_cost_two_calls(
        self, repository: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        names = [f"d{number}/a.py" for number in range(10)]
        write(repository, *names)
        files = source(*(repository / name for name in names), root=repository)
        made: list[list[str]] = []
        call = calls._call

        def counted(arguments: list[str], cwd: Path, **more: bool) -> process.Call:
            made.append(arguments)
            return call(arguments, cwd, **more)

        monkeypatch.setattr(calls, "_call", counted)
        assert set(named(files).values()) == {UNTRACKED}
        assert [call[0] for call in made] == ["rev-parse", "ls-files"]

    def test_a_missing_target_does_not_keep_the_others(self, tmp_path: Path) -> None:
        write(tmp_path, "a.py", "folder/b.py")
        (tmp_path / "dangling").symlink_to("nowhere")
        (tmp_path / "circle").symlink_to("circle")
        targets = ["missing", "a.py", "dangling", "folder", "circle", "a.py/below", ""]
        files = source(*(tmp_path / target if target else "" for target in targets))
        assert set(named(files)) == {"a.py", "folder/b.py"}
        assert [failure.message.removeprefix(f"'{tmp_path}/") for failure in files.failures] == [
            "missing' does not exist",
            "dangling' is a symbolic link that leads nowhere",
            "circle' cannot be scanned: its symbolic links lead in a circle",
            "a.py/below' does not exist",
            "'' does not exist",
        ]

    def test_targets_that_overlap_are_read_once(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(repository, "a.py", "sub/b.py", "node_modules/c.js")
        monkeypatch.chdir(repository)
        files = source(".", "sub", "a.py", "./sub/../sub/b.py", "sub/", "node_modules", ".")
        assert named(files) == dict.fromkeys(["a.py", "sub/b.py", "node_modules/c.js"], UNTRACKED)

    def test_a_named_link_is_followed_and_keeps_its_name(self, tmp_path: Path, repository: Path) -> None:
        write(tmp_path, "real/a.txt")
        (repository / "link.txt").symlink_to(tmp_path / "real/a.txt")
        (repository / "folder").symlink_to(tmp_path / "real")
        assert read(source(repository / "link.txt")) == {"link.txt": b"content of real/a.txt\n"}
        assert read(source(repository / "folder")) == {"a.txt": b"content of real/a.txt\n"}
        files = source(repository)
        assert read(files) == {}
        assert files.left_out == {"symbolic links": 2}

    def test_root(self, tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, "plain/a.py", "plain/sub/b.py", "repository/a.py", "repository/sub/b.py")
        monkeypatch.chdir(tmp_path)
        assert scan_root(["repository/sub", "repository/a.py"]) == repository
        assert scan_root(["plain"]) == tmp_path / "plain"
        assert scan_root(["plain/a.py"]) == tmp_path / "plain"
        assert scan_root(["plain/sub", "plain/a.py"]) == tmp_path / "plain"
        assert scan_root(["plain", "repository"]) == tmp_path
        assert scan_root(["repository/sub/b.py", "missing"]) == repository
        assert scan_root(["missing"]) == tmp_path
        assert scan_root([]) == tmp_path

    def test_the_order_is_the_same_every_time(self, tmp_path: Path) -> None:
        write(tmp_path, *(f"{a}/{b}.py" for a in "cab" for b in "zxy"), "m.py")
        paths = [blob.path for blob in source(tmp_path).blobs()]
        assert paths == ["m.py"] + [f"{a}/{b}.py" for a in "abc" for b in "xyz"]

    @pytest.mark.parametrize("inside_git", [True, False])
    def test_odd_names(self, repository: Path, inside_git: bool) -> None:
        if not inside_git:
            shutil.rmtree(repository / ".git")
        names = [
            os.fsdecode(name) for name in (b'qu"o', b"new\nline", b"-x", b"\xff\xfe", b"esc\x1b[31m", b" ", b"a*b")
        ]
        write(repository, *(f"folder{name}/{name}" for name in names))
        assert set(read(source(repository))) == {f"folder{name}/{name}" for name in names}
        one = repository / f"folder{names[3]}" / names[3]
        assert set(read(source(one, root=repository))) == {f"folder{names[3]}/{names[3]}"}


class TestWhatIsNoFile:
    @pytest.fixture
    def zoo(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        folder = tmp_path / "zoo"
        write(folder, "a.py")
        os.mkfifo(folder / "pipe")
        (folder / "loop").symlink_to("loop")
        (folder / "outside").symlink_to("/etc")
        monkeypatch.chdir(folder)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("socket")
            yield folder

    def test_in_a_folder(self, zoo: Path) -> None:
        files = source(zoo)
        assert set(read(files)) == {"a.py"}
        assert sorted(files.skipped) == [
            Skipped("pipe", "it is a named pipe, not a file"),
            Skipped("socket", "it is a socket, not a file"),
        ]
        assert files.left_out == {"symbolic links": 2}

    def test_as_targets(self, zoo: Path) -> None:
        files = source("pipe", "socket", "/dev/zero", "a.py", root=zoo)
        assert set(read(files)) == {"a.py"}
        assert [skipped.reason for skipped in files.skipped] == [
            "it is a named pipe, not a file",
            "it is a socket, not a file",
            "it is a device, not a file",
        ]

    @as_root
    def test_a_device_in_a_folder_is_not_opened(self, zoo: Path) -> None:
        try:
            os.mknod(zoo / "device", 0o600 | 0o020000, os.makedev(1, 5))
        except PermissionError:
            pytest.skip("this container may not make devices")
        files = source(zoo)
        assert set(read(files)) == {"a.py"}
        assert Skipped("device", "it is a device, not a file") in files.skipped

    @pytest.mark.parametrize("kind", ["pipe", "link", "folder", "socket"])
    def test_what_a_file_has_become_since_it_was_named(
        self, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(tmp_path, "a.py")
        monkeypatch.chdir(tmp_path)
        files = source(tmp_path)
        blobs = list(files.blobs())
        (tmp_path / "a.py").unlink()
        listening = socket.socket(socket.AF_UNIX)
        with listening:
            {
                "pipe": lambda: os.mkfifo("a.py"),
                "link": lambda: Path("a.py").symlink_to("/etc/passwd"),
                "folder": lambda: Path("a.py").mkdir(),
                "socket": lambda: listening.bind("a.py"),
            }[kind]()
            assert [list(files.pieces(blob)) for blob in blobs] == [[]]
        assert len(files.skipped) + files.left_out["symbolic links"] == 1


class TestReading:
    def test_contents(self, tmp_path: Path) -> None:
        contents = {
            "empty": b"",
            "one": b"x",
            "exact": b"e" * PIECE,
            "less": b"l" * (PIECE - 1),
            "more": b"m" * (PIECE + 1),
        }
        for name, content in contents.items():
            (tmp_path / name).write_bytes(content)
        files = source(tmp_path)
        assert read(files) == contents
        pieces = {blob.path: [len(piece) for piece in files.pieces(blob)] for blob in files.blobs()}
        assert pieces == {"empty": [0], "one": [1], "exact": [PIECE], "less": [PIECE - 1], "more": [PIECE, 1]}

    def test_a_huge_file_is_skipped_by_its_size(self, tmp_path: Path) -> None:
        with (tmp_path / "huge.bin").open("wb") as file:
            file.truncate(1 << 30)
        files = source(tmp_path)
        assert read(files) == {}
        assert files.skipped == [Skipped("huge.bin", "1.0 GB is over the size limit of 256 MB (--max-file-size)")]

    def test_a_huge_file_is_read_in_bounded_pieces(self, tmp_path: Path) -> None:
        with (tmp_path / "huge.bin").open("wb") as file:
            file.truncate(1 << 30)
        files = source(tmp_path, limit=1 << 30)
        (blob,) = files.blobs()
        tracemalloc.start()
        total = 0
        for piece in files.pieces(blob):
            assert len(piece) <= PIECE
            total += len(piece)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert total == 1 << 30
        assert peak < 3 * PIECE

    def test_a_file_that_grows_while_it_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "a.log").write_bytes(b"a" * (PIECE + 10))
        files = source(tmp_path, limit=2 * PIECE)
        (blob,) = files.blobs()
        pieces = files.pieces(blob)
        total = len(next(pieces))
        with (tmp_path / "a.log").open("ab") as file:
            file.write(b"b" * (2 * PIECE))
        total += sum(map(len, pieces))
        assert total <= 2 * PIECE
        assert files.skipped == [
            Skipped("a.log", "it grew over the size limit of 16 MB (--max-file-size) while it was read")
        ]

    def test_a_file_that_shrinks_while_it_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "a.log").write_bytes(b"a" * (2 * PIECE))
        files = source(tmp_path)
        (blob,) = files.blobs()
        pieces = files.pieces(blob)
        assert len(next(pieces)) == PIECE
        os.truncate(tmp_path / "a.log", 10)
        assert list(pieces) == []
        assert not files.skipped

    @pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
    def test_a_file_that_says_it_is_empty(self) -> None:
        files = source("/proc/self/status", "/proc/self/mem")
        assert b"VmPeak" in read(files)["status"]
        assert [skipped.reason for skipped in files.skipped] == ["the disk reported a read error"]

    def test_a_file_that_vanished(self, tmp_path: Path) -> None:
        write(tmp_path, "a.py")
        files = source(tmp_path)
        blobs = list(files.blobs())
        (tmp_path / "a.py").unlink()
        assert list(files.pieces(blobs[0])) == []
        assert files.skipped == [Skipped("a.py", "it vanished before it could be read")]

    @as_root
    def test_what_may_not_be_read(self, public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(public))
        write(public, "plain/a.py", "plain/locked.py", "plain/locked/b.py")
        git(public, "init", "-q", "tree")
        write(public, "tree/a.py", "tree/locked.py", "tree/locked/b.py", "tree/tracked/deep/c.py")
        git(public / "tree", "add", "tracked")
        for folder, _, names in os.walk(public / "tree"):
            for path in (folder, *(f"{folder}/{name}" for name in names)):
                os.chown(path, NOBODY, NOBODY)
        for folder in ("plain", "tree"):
            (public / folder / "locked.py").chmod(0)
            (public / folder / "locked").chmod(0)
        (public / "tree/tracked").chmod(0)
        with somebody_else():
            files = source(public)
            assert set(read(files)) == {"plain/a.py", "tree/a.py"}
            target = source(public / "plain/locked", public / "plain/locked.py", public / "plain/a.py")
            assert set(read(target)) == {"a.py"}
        assert sorted({skipped.what for skipped in files.skipped}) == [
            "plain/locked.py",
            "plain/locked/",
            "tree/locked.py",
            "tree/locked/",
            "tree/tracked/",
            "tree/tracked/deep/",
        ]
        assert {skipped.reason for skipped in files.skipped + target.skipped} == {"permission denied"}
        assert not files.failures
        assert not target.failures

    def test_a_path_longer_than_the_system_allows(self, tmp_path: Path) -> None:
        write(tmp_path, "a.py")
        here = os.open(tmp_path, os.O_RDONLY)
        try:
            for _ in range(20):
                os.mkdir("d" * 250, dir_fd=here)
                below = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
                os.close(here)
                here = below
        finally:
            os.close(here)
        files = source(tmp_path)
        assert set(read(files)) == {"a.py"}
        assert [skipped.reason for skipped in files.skipped] == ["its path is longer than the system allows"]
        shutil.rmtree(tmp_path / ("d" * 250))

    def test_threads_may_read_at_once(self, repository: Path) -> None:
        for number in range(50):
            (repository / f"link{number}").symlink_to("nowhere")
            write(repository, f"file{number}")
        files = source(repository)
        blobs = list(files.blobs())
        threads = [threading.Thread(target=lambda: [list(files.pieces(blob)) for blob in blobs]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert files.left_out["symbolic links"] == 200

    def test_blobs_travel(self, repository: Path) -> None:
        write(repository, "a.py")
        blobs = list(source(repository).blobs())
        assert pickle.loads(pickle.dumps(blobs)) == blobs  # noqa: S301
        assert blobs == [Blob("a.py", str(repository / "a.py"), 0, UNTRACKED)]

    def test_amounts(self) -> None:
        sizes = [0, 1023, 1024, 1536, 10 << 10, 256 << 20, 1 << 30, 5 << 40, 5 << 50]
        words = ["0 bytes", "1023 bytes", "1.0 KB", "1.5 KB", "10 KB", "256 MB", "1.0 GB", "5.0 TB", "5120 TB"]
        assert [amount(size) for size in sizes] == words


class TestStandardInput:
    @pytest.mark.parametrize("content", [b"", b"text", b"x" * PIECE, b"x" * (2 * PIECE + 5)])
    def test_contents(self, content: bytes) -> None:
        files = StdinSource("pasted.env", io.BytesIO(content), LIMIT)
        assert read(files) == {"pasted.env": content}
        assert not files.skipped

    def test_what_is_over_the_limit_is_reported(self) -> None:
        files = StdinSource("log", io.BytesIO(b"0123456789"), 4)
        assert read(files) == {"log": b"0123"}
        assert files.skipped == [
            Skipped("log", "what is behind the size limit of 4 bytes was not read (--max-file-size)")
        ]
        exact = StdinSource("log", io.BytesIO(b"0123"), 4)
        assert read(exact) == {"log": b"0123"}
        assert not exact.skipped

    def test_a_closed_pipe_is_reported(self) -> None:
        class Broken(io.BytesIO):
            def read(self, _: int | None = -1, /) -> bytes:
                raise OSError(5, "Input/output error")

        files = StdinSource("-", Broken(), LIMIT)
        assert read(files) == {}
        assert files.skipped == [Skipped("-", "the disk reported a read error")]
