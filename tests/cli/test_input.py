"""Bad and odd input: a clear line each, no traceback, and the rest is scanned all the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from keyguard.packs import builtin_folder, expand
from tests.cli.conftest import ENV_FILE, put
from tests.history.conftest import Repository, scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Keyguard, Ran

NOBODY = 65534
is_root = os.name != "nt" and os.geteuid() == 0

# A root that became nobody may not be able to import any more, so the modules are loaded before.
AS_NOBODY = f"""
import os, sys
from keyguard.cli import main
out, sys.stdout = sys.stdout, open(os.devnull, "w")
main(["scan", "--strict"])  # all that is imported on the way, while it may be read
sys.stdout = out
if {is_root}:
    os.chown(os.environ["KEYGUARD_CACHE_DIR"], {NOBODY}, -1)
    os.seteuid({NOBODY})
sys.exit(main(sys.argv[1:]))
"""


def skipped(ran: Ran) -> dict[str, str]:
    return {entry["what"]: entry["reason"] for entry in ran.report["skipped"]}


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """Return a folder with a leak in the middle of it, so that what comes after trouble is seen to be scanned."""
    put(tmp_path / "zoo" / "m.env")
    return tmp_path / "zoo"


def _make(what: str, top: Path) -> None:
    """Write what a scan without `*.env` and containers reads nothing of."""
    if what in {"excluded", "commit"}:
        put(top / "a.env")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in {
        "repository": (["init", "-q"],),
        "commit": (["init", "-q"], ["add", "."], ["commit", "-qm", "a"]),
    }.get(what, ()):
        subprocess.run([*git, *words], cwd=top, check=True)
    if what == "archive":
        with zipfile.ZipFile(top / "a.zip", "w") as archive:
            archive.writestr("a.txt", "a")
    elif what == "lock file":
        put(top / "package-lock.json", "{}")
        put(top / "package.json", "{}")
    elif what in {"7z", "picture"}:
        name, head = ("a.7z", b"7z\xbc\xaf\x27\x1c") if what == "7z" else ("a.png", b"\x89PNG\r\n\x1a\n")
        (top / name).write_bytes(head + bytes(range(256)) * 40)


class TestTrouble:
    def test_an_empty_file_is_read(self, keyguard: Keyguard, zoo: Path) -> None:
        (zoo / "a.txt").touch()
        ran = keyguard("scan", "-f", "json", zoo)
        assert (ran.report["scanned"]["files"], ran.report["skipped"]) == (2, [])

    def test_an_empty_folder_does_not_look_like_a_clean_one(self, keyguard: Keyguard, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        ran = keyguard("scan", "empty")
        told = "Nothing was read: this scan says nothing about what is there."
        assert (ran.code, ran.out.splitlines()) == (
            0,
            [told, "Skipped empty: there is nothing in it that could be read", "Nothing was scanned."],
        )
        assert keyguard("scan", "-f", "markdown", "empty").out.startswith("## keyguard: Nothing was scanned\n")
        junit = ET.fromstring(keyguard("scan", "-f", "junit", "empty").out)  # noqa: S314 - our own
        assert [(case.get("name"), [child.tag for child in case]) for case in junit.iter("testcase")] == [
            ("scan of empty", ["error"])
        ]

    @pytest.mark.parametrize(
        "made", ["nothing", "picture", "excluded", "repository", "commit", "archive", "lock file", "7z"]
    )
    def test_a_scan_that_read_nothing_is_green_nowhere(self, keyguard: Keyguard, tmp_path: Path, made: str) -> None:
        (top := tmp_path / "top").mkdir()
        _make(made, top)
        decoding = () if made == "7z" else ("--no-decode",)
        words = ("scan", top, "--exclude", "*.env", "--exclude", "package.json", *decoding)
        ran = keyguard(*words)
        assert ran.code == 0
        assert ran.out.startswith("Nothing was read: this scan says nothing")
        assert "No findings" not in ran.out
        assert keyguard(*words, "--strict", "-q").code == 3
        job = keyguard(*words, env={"GITLAB_CI": "true"})
        assert job.code == 2
        assert job.err.startswith("error: nothing was read: ")
        assert "job has to check the repository out first" in job.err

    @pytest.mark.parametrize("bare", [False, True])
    def test_messages_of_commits_are_not_what_a_repository_holds(
        self, keyguard: Keyguard, tmp_path: Path, *, bare: bool
    ) -> None:
        made = Repository(tmp_path / "work")
        made.commit({"a.py": "a = 1\n"})
        put(tmp_path / "all.yml", "exclude: ['*']\n", "")
        if bare:
            made.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
        words = ("scan", "bare" if bare else "work")
        for run in ("cold", "warm"):
            ran = keyguard(*words, "--config", "all.yml")
            assert (ran.code, ran.out.splitlines()[0]) == (
                0,
                "Nothing was read: this scan says nothing about what is there.",
            ), run
            assert ran.out.splitlines()[-1] == "Nothing was scanned but messages."
            assert keyguard(*words, "--config", "all.yml", "--strict", "-q").code == 3
            assert keyguard(*words, "--config", "all.yml", "-q", env={"CI": "1"}).code == 2
        for options in ((), ("--history-only",), ("--history-only",)):  # what is known from before was read
            assert keyguard(*words, *options, "--strict", "-q").code == 0

    def test_each_of_several_targets_of_which_nothing_was_read_is_named(
        self, keyguard: Keyguard, tmp_path: Path
    ) -> None:
        for name in ("empty", "new"):
            (tmp_path / name).mkdir()
        subprocess.run(["/usr/bin/env", "git", "init", "-q", str(tmp_path / "new")], check=True)
        (tmp_path / "picture").mkdir()
        (tmp_path / "picture" / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
        put(tmp_path / "text" / "sub" / "a.txt", "a\n")
        (tmp_path / "link").symlink_to("text")
        (tmp_path / "new" / "sub").mkdir()
        assert set(scan(tmp_path, "link", "new/sub", "--strict").skipped) == {"new/sub"}
        ran = scan(tmp_path, "text", "text/sub/a.txt", "picture", "empty", "new", "--strict")
        assert (ran.code, set(ran.skipped)) == (3, {"picture", "empty", "new/"})
        job = keyguard("scan", "-fjson", "text", "picture", "empty", env={"CI": "1"})
        assert (job.code, set(skipped(job))) == (2, {"picture", "empty"})
        assert job.err.startswith("error: nothing of empty and 1 more was read")
        assert scan(tmp_path, "text", "text/sub", "text/sub/a.txt", "--strict").code == 0

    def test_a_repository_that_excludes_all_of_itself_is_named(self, keyguard: Keyguard, tmp_path: Path) -> None:
        (tmp_path / "mix").mkdir()
        for name in ("a", "b"):
            Repository(tmp_path / "mix" / name).commit({"a.txt": "a\n"})
        (tmp_path / "mix" / "b" / ".keyguard.yml").write_text("exclude: ['*']\n")
        put(tmp_path / "c.txt", "c\n")
        for targets in (["mix"], ["mix/a", "mix/b"], ["mix", "c.txt"]):
            ran = scan(tmp_path, *targets, "--strict")
            place = "mix/b/" if "c.txt" in targets else "b/"
            assert (ran.code, list(ran.skipped)) == (3, [place])
        assert keyguard("scan", "mix", env={"CI": "1"}).code == 2
        assert scan(tmp_path, "mix").code == 0

    def test_an_empty_standard_input_is_told(self, keyguard: Keyguard) -> None:
        ran = keyguard("scan", "-")
        assert (ran.code, ran.out.splitlines()[0]) == (0, "Note: Standard input was empty: there was nothing to scan.")
        assert "Note:" not in keyguard("scan", "-", stdin=b"a\n").out

    def test_a_huge_file_is_skipped(self, keyguard: Keyguard, zoo: Path) -> None:
        with (zoo / "huge.txt").open("wb") as file:
            file.truncate(1 << 30)
        ran = keyguard("scan", "-f", "json", zoo)
        assert skipped(ran) == {"huge.txt": "1.0 GB is over the size limit of 256 MB (--max-file-size)"}
        assert ran.rules == ["okx-credential"]
        assert "Skipped " in keyguard("scan", zoo).out

    def test_or_read_when_it_may_be(self, keyguard: Keyguard, zoo: Path) -> None:
        with (zoo / "large.txt").open("wb") as file:
            file.write(b"x" * (20 << 20))
            file.write(expand("\n" + ENV_FILE, "large").encode())
        ran = keyguard("scan", "-f", "json", "--max-file-size", "30MB", zoo)
        assert ran.rules == ["okx-credential"] * 2

    def test_pipes_devices_and_loops(self, keyguard: Keyguard, zoo: Path) -> None:
        os.mkfifo(zoo / "pipe")
        (zoo / "loop").symlink_to("loop")
        (zoo / "sub").mkdir()
        (zoo / "sub" / "up").symlink_to("..")
        ran = keyguard("scan", "-f", "json", zoo)
        assert skipped(ran) == {"pipe": "it is a named pipe, not a file"}
        assert ran.report["scanned"]["left_out"]["symbolic links"] == 2
        assert ran.rules == ["okx-credential"]

    def test_named_ones_too(self, keyguard: Keyguard, zoo: Path) -> None:
        os.mkfifo(zoo / "pipe")
        for target, what in ((zoo / "pipe", "a named pipe"), ("/dev/null", "a device")):
            ran = keyguard("scan", "--no-history", zoo / "m.env", target)
            assert (ran.code, ran.out) == (2, "")
            assert f"cannot be scanned: it is {what}, not a file" in ran.err

    def test_a_loop_that_is_named_cannot_be_scanned(self, keyguard: Keyguard, zoo: Path) -> None:
        (zoo / "loop").symlink_to("loop")
        ran = keyguard("scan", zoo / "loop", zoo)
        assert ran.code == 2
        assert ran.err.startswith("error: ")
        assert "okx-credential" in ran.out

    @pytest.mark.skipif(sys.platform == "darwin", reason="its file system takes UTF-8 alone")
    def test_a_name_that_is_not_utf_8(self, keyguard: Keyguard, zoo: Path) -> None:
        put(Path(os.fsdecode(os.fsencode(zoo) + b"/\xff\x1b[31m.env")), seed="other")
        ran = keyguard("scan", zoo)
        assert ran.code == 1
        assert "\\xff\\x1b[31m.env:1:13" in ran.out
        named = keyguard("scan", "-f", "json", os.fsdecode(os.fsencode(zoo) + b"/\xff\x1b[31m.env"))
        assert named.report["findings"][0]["parts"][0]["path"] == "\\xff\x1b[31m.env"

    def test_a_missing_path_with_control_characters_cannot_forge_a_line(self, keyguard: Keyguard) -> None:
        ran = keyguard("scan", "no\nerror: where\x1b[1m")
        assert (ran.code, len(ran.err.splitlines())) == (2, 2)
        assert "\x1b" not in ran.err

    def test_a_binary_file_is_left_out(self, keyguard: Keyguard, zoo: Path) -> None:
        (zoo / "a.bin").write_bytes(b"\x7fELF\0\0\0" + bytes(range(256)) * 9)
        assert keyguard("scan", "-f", "json", zoo).report["scanned"]["left_out"] == {"binary files": 1}

    def test_a_time_limit_that_strikes_is_told(self, keyguard: Keyguard, tmp_path: Path) -> None:
        put(tmp_path / "a.py", "okx = {\n" + '    "okx_secret": "<secret_key>",\n' * 3000 + "}\n")
        ran = keyguard("scan", "-f", "json", "--time-limit", "0.001")
        reason = "matching took longer than 0.001 s (--time-limit): lines 1-3002 were not read closely"
        assert skipped(ran) == {"a.py": reason}


def _is_open(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))


@pytest.mark.skipif(
    not _is_open(builtin_folder().resolve()), reason="the checkout is private: nobody may read its rules"
)
class TestPermissions:
    @pytest.fixture
    def public(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        """Return a folder that another user may enter too; pytest's own are private."""
        folder = Path(tempfile.mkdtemp())
        folder.chmod(0o755)
        monkeypatch.setenv("HOME", str(folder))
        # An empty cache, so that root imports what nobody will need to do without one.
        cache = tempfile.mkdtemp()
        monkeypatch.setenv("KEYGUARD_CACHE_DIR", cache)
        put(folder / "a.env")
        yield folder
        shutil.rmtree(cache)
        for path in folder.iterdir():
            path.chmod(0o700)
        shutil.rmtree(folder)

    def test_what_may_not_be_read_is_told(self, public: Path) -> None:
        put(public / "locked.env", seed="other")
        put(public / "folder" / "b.env", seed="other")
        for name in ("locked.env", "folder"):
            (public / name).chmod(0)
        done: Any = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, "scan", "--strict", "--fail-on", "critical"],
            cwd=public,
            capture_output=True,
            check=False,
            text=True,
        )
        assert "Skipped folder/: permission denied\nSkipped locked.env: permission denied\n" in done.stdout
        assert "a.env:1:13" in done.stdout
        assert (done.returncode, done.stderr) == (1, "")

    def test_a_git_folder_that_may_not_be_read_is_not_called_damaged(self, public: Path) -> None:
        made = Repository(public / "bots")
        made.commit({"a.py": "a = 1\n"})
        (made.top / ".git").chmod(0)
        for target, code in ((".", 1), ("bots", 2)):
            done: Any = subprocess.run(
                [sys.executable, "-c", AS_NOBODY, "scan", "--strict", "--fail-on", "critical", target],
                cwd=public,
                capture_output=True,
                check=False,
                text=True,
            )
            assert (done.returncode, "damaged" in done.stdout + done.stderr) == (code, False)
            assert "git may not read" in done.stdout
        assert "hint: scan it as the user that may read it" in done.stderr
        (made.top / ".git").chmod(0o700)

    def test_a_report_cannot_go_where_nothing_may_be_written(self, public: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, "scan", "--report", "json=/no.json"],
            cwd=public,
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == 2
        assert "error: the report cannot be written: / is not writable.\n" in done.stderr


class TestEncodings:
    @pytest.mark.parametrize(
        ("encoding", "mark"),
        [
            ("utf-8", b""),
            ("utf-8", b"\xef\xbb\xbf"),
            ("utf-16-le", b"\xff\xfe"),
            ("utf-16-be", b"\xfe\xff"),
            ("latin-1", b""),
        ],
    )
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_lines_and_columns_are_right(
        self, keyguard: Keyguard, tmp_path: Path, encoding: str, mark: bytes, end: str
    ) -> None:
        text = expand("# für später\nok = 'ä'; OKX_API_KEY = '<api_key>'\nOKX_SECRET_KEY = '<secret_key>'\n")
        (tmp_path / "a.py").write_bytes(mark + text.replace("\n", end).encode(encoding))
        (finding,) = keyguard("scan", "-f", "json").report["findings"]
        places = {part["part"]: (part["line"], part["column"], part["end_column"]) for part in finding["parts"]}
        assert places == {"api_key": (2, 26, 62), "secret_key": (3, 19, 51)}

    def test_mixed_content(self, keyguard: Keyguard, tmp_path: Path) -> None:
        text = b"# \xff\xfe\x80 caf\xe9 \xe2\x82\xac\n" + expand("'\u20ac'; OKX_API_KEY='<api_key>'\n").encode()
        (tmp_path / "a.py").write_bytes(text)
        (finding,) = keyguard("scan", "-f", "json").report["findings"]
        assert [(part["line"], part["column"]) for part in finding["parts"]] == [(2, 19)]


@pytest.mark.parametrize("module", ["click", "regex", "yaml", "pathspec", "httpx", "certifi"])
def test_a_module_of_the_scanned_tree_is_never_imported(module: str, leak: Path, keyguard: Keyguard) -> None:
    marker = leak / "imported"
    (leak / f"{module}.py").write_text(f"open({str(marker)!r}, 'w')\n")
    (leak / ".keyguard.yml").write_text("exclude: ['*.py']\n")
    assert keyguard("scan", ".", cwd=leak).code == 1
    assert not marker.exists()


@pytest.mark.parametrize(
    "head", ["true\n", "OTTO ", "ID3=1\n", "GIF8 ", "RIFFxxxxWAVE\n", "\0", "# a\0b\n", "\0" * 300]
)
@pytest.mark.parametrize("at", [0, 1])
def test_a_text_with_stray_zero_bytes_is_read(keyguard: Keyguard, tmp_path: Path, head: str, at: int) -> None:
    text = f"{head}{ENV_FILE}" + ("\0" if at else "") + "DEBUG=1\n" * 100 + "\0"
    put(tmp_path / "conf.env", text)
    ran = keyguard("scan", "--no-history", "-fjson", tmp_path / "conf.env")
    assert (ran.code, ran.rules) == (1, ["okx-credential"])
    assert ran.report["findings"][0]["missing"] == []
