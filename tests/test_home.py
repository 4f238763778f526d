"""Where keyguard came from, as `--version --debug` of an installed one says it, and what a build records."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from keyguard import __version__, home
from keyguard.errors import SettingsError

ROOT = Path(__file__).parent.parent
COMMIT = "89abcdef0123456789abcdef0123456789abcdef"
SHA256 = COMMIT + COMMIT[:24]
SECRET = "not-to-be-" + "seen"
_SOURCE = "https://git.example.org/sec/keyguard"


@dataclass(frozen=True)
class Installed:
    """A folder of packages with keyguard in it, and what its installer recorded there."""

    folder: Path

    def record(self, direct: Any = None, built: Any = None) -> None:
        notes = self.folder / f"keyguard-{__version__}.dist-info"
        shutil.rmtree(notes, ignore_errors=True)
        notes.mkdir()
        (notes / "INSTALLER").write_text("pip\n")
        for path, found in ((notes / "direct_url.json", direct), (self.folder / "keyguard" / "_built.json", built)):
            path.unlink(missing_ok=True)
            if found is not None:
                path.write_text(found if isinstance(found, str) else json.dumps(found))

    def source(self, **environment: str) -> str:
        done = self.run("--version", "--debug", **environment)
        assert (done.returncode, done.stderr) == (0, "")
        assert SECRET not in done.stdout
        version, source, package, _, _ = done.stdout.splitlines()
        assert version == f"keyguard {__version__}"
        assert package.split() == ["package", str(self.folder / "keyguard")]
        return source.removeprefix("source   ")

    def found(self, records: list[tuple[Any, Any]]) -> list[str]:
        """Return what keyguard says of one record after the other, in one process."""
        self.record("")
        script = f"""import json, os, sys; sys.path.insert(0, {str(self.folder)!r}); from keyguard import home
names = "../keyguard-{__version__}.dist-info/direct_url.json", "_built.json"
for record in json.load(sys.stdin):
    for name, text in zip(names, record):
        (home.PACKAGE / name).write_text(text, "utf-8")
    found = home.find()
    print(json.dumps(str(found.source or "") + "unknown: " * (found.source is None) + found.basis))"""
        texts = [[one if isinstance(one, str) else json.dumps(one) for one in record] for record in records]
        done = subprocess.run(
            [sys.executable, "-I", "-c", script], input=json.dumps(texts), capture_output=True, text=True, check=True
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        script = (
            f"import sys; sys.path.insert(0, {str(self.folder)!r}); from keyguard.cli import main; sys.exit(main())"
        )
        return subprocess.run(
            [sys.executable, "-I", "-c", script, *arguments],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("site-packages")
    shutil.copytree(ROOT / "keyguard", folder / "keyguard", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "rules", folder / "keyguard" / "rules")
    return Installed(folder)


def git_record(url: str, commit: str = COMMIT, **more: Any) -> dict[str, Any]:
    return {"url": url, "vcs_info": {"vcs": "git", "commit_id": commit, "requested_revision": "v1"}, **more}


class TestInstalled:
    def test_a_repository_and_its_commit_are_what_pip_recorded(self, installed: Installed) -> None:
        installed.record(git_record(f"{_SOURCE}.git"), {"repository": "https://x.test/y", "commit": COMMIT[::-1]})
        assert installed.source() == f"{_SOURCE}.git@{COMMIT} (its installation)"

    @pytest.mark.parametrize("info", [{"hashes": {"sha256": SHA256}}, {"hash": f"sha256={SHA256}"}])
    def test_an_archive_is_known_by_its_hash(self, installed: Installed, info: dict[str, Any]) -> None:
        installed.record({"url": "https://x.test/keyguard-1-py3-none-any.whl", "archive_info": info})
        assert installed.source() == f"https://x.test/keyguard-1-py3-none-any.whl#sha256={SHA256} (its installation)"

    def test_of_an_index_only_name_and_version_are_known(self, installed: Installed) -> None:
        installed.record(None, {"repository": _SOURCE, "commit": COMMIT})
        said = f"unknown: an index or a folder of wheels gave it as version {__version__}, and none is recorded"
        assert installed.source() == said

    def test_a_folder_is_the_checkout_that_was_built(self, installed: Installed) -> None:
        direct = {"url": "file:///home/ada/keyguard", "dir_info": {}}
        installed.record(direct, {"repository": _SOURCE, "commit": COMMIT})
        assert installed.source() == f"{_SOURCE}@{COMMIT} (the checkout that it was built from)"
        installed.record(direct)
        assert installed.source() == "unknown: it was built from a folder that is no clone"
        installed.record({**direct, "dir_info": {"editable": True}}, {"repository": _SOURCE, "commit": COMMIT})
        assert installed.source() == "unknown: it is an editable installation, whose files may change"

    def test_what_kept_a_checkout_from_being_recorded_is_said(self, installed: Installed) -> None:
        words = re.findall(r'_UnknownError\("([\w-]+)"', (ROOT / "hatch_build.py").read_text("utf-8"))
        assert len(words) == 4
        said = installed.found(
            [({"url": "file:///x", "dir_info": {}}, {"unknown": word}) for word in [*words, "\x1b[m"]]
        )
        assert len(set(said)) == len(words) + 1
        assert said[-1] == "unknown: it was built from a folder that is no clone"
        assert "changes that are in no commit" in said[0]

    def test_a_wheel_on_disk_is_the_checkout_that_was_built(self, installed: Installed) -> None:
        direct = {"url": "file:///srv/wheels/keyguard.whl", "archive_info": {"hash": f"sha256={SHA256}"}}
        installed.record(direct, {"repository": _SOURCE, "commit": COMMIT})
        assert installed.source() == f"{_SOURCE}@{COMMIT} (the checkout that it was built from)"

    def test_a_folder_of_packages_without_notes_says_nothing(self, installed: Installed) -> None:
        installed.record()
        shutil.rmtree(installed.folder / f"keyguard-{__version__}.dist-info")
        assert installed.source() == "unknown: it runs from a folder, and is not installed"

    @pytest.mark.parametrize(
        ("given", "written"),
        [
            (f"https://ada:{SECRET}@GIT.example.org:8443/sec/keyguard/", "https://git.example.org:8443/sec/keyguard"),
            (f"https://{SECRET}@git.example.org/keyguard", "https://git.example.org/keyguard"),
            (f"https://a@b:{SECRET}@git.example.org/keyguard", "https://git.example.org/keyguard"),
            (f"ssh://git:{SECRET}@git.example.org/keyguard", "ssh://git@git.example.org/keyguard"),
            ("git@git.example.org:sec/keyguard.git", "ssh://git@git.example.org/sec/keyguard.git"),
        ],
    )
    def test_a_credential_in_an_address_is_left_out(self, installed: Installed, given: str, written: str) -> None:
        installed.record(git_record(given))
        assert installed.source() == f"{written}@{COMMIT} (its installation)"
        installed.record({"url": "file:///x", "dir_info": {}}, {"repository": given, "commit": COMMIT})
        assert installed.source() == f"{written}@{COMMIT} (the checkout that it was built from)"
        assert installed.source(KEYGUARD_SOURCE=f"{given}@{COMMIT}") == f"{written}@{COMMIT} (KEYGUARD_SOURCE)"

    def test_an_address_that_a_shell_or_another_program_could_misread_is_none(self, installed: Installed) -> None:
        addresses = [
            "ext::sh -c touch% /tmp/x", "file:///home/ada/keyguard", "/home/ada/keyguard", "../keyguard", "",
            "http://git.example.org/keyguard", "git://git.example.org/keyguard", "https://git.example.org",
            "https://git.example.org/$(id)", "https://git.example.org/`id`", "https://git.example.org/a;id",
            "https://git.example.org/a'b", 'https://git.example.org/a"b', "https://git.example.org/a b",
            "https://git.example.org/a\nb", "https://git.example.org/a\\b", "https://git.example.org/${{ x }}",
            "https://git.example.org/$CI_JOB_TOKEN", "https://git.example.org/a&b", "https://git.example.org/a|b",
            "https://git.example.org/../a", "https://git.example.org/a/./b", "https://git.example.org/a#b",
            f"https://git.example.org/a?private_token={SECRET}", "https://git.example.org/%0", "https://-o/a",
            "ssh://-oProxyCommand=id/a", "ssh://git@-oProxyCommand=id/a", "-u@host:a", "git@host:$(id)",
            "https://g\N{LATIN SMALL LETTER DOTLESS I}t.example.org/a", "https://git.example.org:x/a",
            "https://git.example.org:99999/a", "ssh://git@git.example.org:65536/a", "https://git.example.org:0/a",
            "https://git.example.org/" + "a" * 2000, "https://git.example.org/a\u2028b", "https://git.example.org\\@x/a",
        ]  # fmt: skip
        for records in (
            [(git_record(address), "") for address in addresses],
            [({"url": one, "archive_info": {"hash": f"sha256={SHA256}"}}, "") for one in addresses],
            [({"url": "file:///x", "dir_info": {}}, {"repository": one, "commit": COMMIT}) for one in addresses],
        ):
            for address, said in zip(addresses, installed.found(records), strict=True):
                assert said.startswith("unknown: "), address
                assert not address or address not in said
        for address in addresses:
            with pytest.raises(SettingsError, match=r"^--source: ") as raised:
                home.find(f"{address}@{COMMIT}")
            assert not address or address not in f"{raised.value} {raised.value.hint}"
        done = installed.run("--version", "--debug", KEYGUARD_SOURCE=f"{addresses[0]}@{COMMIT}")
        assert (done.returncode, done.stderr[:24]) == (2, "error: KEYGUARD_SOURCE: ")
        assert addresses[0] not in done.stdout + done.stderr

    def test_a_record_that_is_none_or_pins_nothing_says_nothing(self, installed: Installed) -> None:
        records: list[Any] = [
            "", "null", "[]", "{", "[" * 100_000, '{"url": 1}', {"url": _SOURCE},
            git_record(_SOURCE, "v1"), git_record(_SOURCE, COMMIT[:12]), git_record(_SOURCE, f"{COMMIT}; id"),
            git_record(_SOURCE, subdirectory="sub"), {"url": _SOURCE, "vcs_info": {"vcs": "hg", "commit_id": COMMIT}},
            {"url": {}, "dir_info": {}}, {"url": {}, "vcs_info": {"vcs": "git", "commit_id": {}}},
            *({"url": "https://x.test/k.whl", "archive_info": one} for one in ({}, {"hash": "md5=1"}, {"hashes": [1]})),
        ]  # fmt: skip
        said = installed.found([(record, "") for record in records])
        assert [one for one in said if not one.startswith("unknown: ")] == []


class TestSaid:
    def test_the_variable_comes_before_what_was_recorded(self, installed: Installed) -> None:
        installed.record(git_record("https://x.test/keyguard"))
        for given in (
            f"{_SOURCE}@{COMMIT}",
            f"{_SOURCE}/keyguard-1.tar.gz#sha256={SHA256}",
            f"index+https://pypi.example.org/simple@1.2#sha256={SHA256}",
        ):
            assert installed.source(KEYGUARD_SOURCE=given) == f"{given} (KEYGUARD_SOURCE)"
        assert installed.source(KEYGUARD_SOURCE="").startswith("https://x.test/keyguard@")

    def test_a_mirror_without_a_commit_has_that_of_the_installation(self, installed: Installed) -> None:
        installed.record(git_record("https://x.test/keyguard"))
        assert installed.source(KEYGUARD_SOURCE=_SOURCE) == f"{_SOURCE}@{COMMIT} (KEYGUARD_SOURCE)"
        folder = {"url": "file:///home/ada/keyguard", "dir_info": {}}
        installed.record(folder, {"unknown": "address", "commit": COMMIT})
        assert installed.source().startswith("unknown: the clone that it was built from is one of a folder")
        assert installed.source(KEYGUARD_SOURCE=_SOURCE) == f"{_SOURCE}@{COMMIT} (KEYGUARD_SOURCE)"
        installed.record(folder, {"unknown": "changed"})
        done = installed.run("--version", "--debug", KEYGUARD_SOURCE=_SOURCE)
        assert "names no commit, and nothing recorded" in done.stderr

    def test_a_mirror_of_the_commit_that_is_installed_is_this_keyguard(
        self, installed: Installed, tmp_path: Path
    ) -> None:
        def init(*options: str) -> tuple[int, str]:
            done = installed.run("init", *options, str(tmp_path))
            return done.returncode, done.stdout + done.stderr

        subprocess.run(["git", "init", "-q", tmp_path], check=True)  # noqa: S607
        installed.record(git_record(_SOURCE))
        mirror = "https://mirror.example.org/keyguard"
        code, said = init("--yes", "--ci", "gitlab", "--source", mirror)
        assert (code, f"is pinned to {mirror}@{COMMIT}, according to --source" in said) == (0, True)
        code, said = init("--check")
        assert (code, f"pinned to this keyguard, at another address, {mirror}@{COMMIT}\n" in said) == (0, True)
        assert "Nothing to move." in init("--upgrade", "--yes")[1]
        code, said = init("--check", "--source", f"{_SOURCE}@{COMMIT}")
        assert (code, f"another source: pinned to {mirror}@{COMMIT}\n" in said) == (1, True)
        installed.record(git_record(_SOURCE, COMMIT[::-1]))
        code, said = init("--check")
        assert (code, f"another source: pinned to {mirror}@{COMMIT}\n" in said) == (1, True)

    def test_by_whose_word_pins_are_compared_is_said_and_what_is_installed_comes_before_it(
        self, installed: Installed, tmp_path: Path
    ) -> None:
        def init(*options: str, **environment: str) -> tuple[int, str]:
            done = installed.run("init", *options, str(tmp_path), **environment)
            return done.returncode, done.stdout + done.stderr

        subprocess.run(["git", "init", "-q", tmp_path], check=True)  # noqa: S607
        stranger = f"https://x.test/somebody/keyguard@{COMMIT[::-1]}"
        installed.record()
        assert init("--yes", "--pre-commit", "--source", stranger)[0] == 0
        for said, given in (
            ("KEYGUARD_SOURCE", {"KEYGUARD_SOURCE": stranger}),
            ("--source", {}),
        ):
            options = ("--check",) if given else ("--check", "--source", stranger)
            installed.record()
            code, told = init(*options, **given)
            assert (code, f"pinned to {stranger}, as {said} says\n" in told) == (0, True), told
            assert f"\nCompared with {stranger}, according to {said}.\n" in told
            for record, built, its in (
                (git_record(_SOURCE), None, f"{_SOURCE}@{COMMIT}"),
                ({"url": "file:///x", "dir_info": {}}, {"unknown": "address", "commit": COMMIT}, f"commit {COMMIT}"),
            ):
                installed.record(record, built)
                code, told = init(*options, **given)
                assert (code, f"as {said} says, which is not what is installed\n" in told) == (1, True), told
                assert f"That is not what is installed: {its}.\n" in told
                assert "this keyguard" not in told
                assert "moves the pins" not in told
                assert "Nothing to move." in init("--upgrade", *options[1:], **given)[1]
        installed.record(git_record(_SOURCE, COMMIT[::-1]))
        assert init("--check", "--source", stranger)[0] == 0, "a mirror that somebody typed, of the same commit"
        code, told = init("--check", KEYGUARD_SOURCE=stranger)
        assert (code, "which is not what is installed" in told) == (1, True)
        (tmp_path / ".pre-commit-config.yaml").unlink()
        told = init("--yes", "--pre-commit", KEYGUARD_SOURCE=stranger)[1]
        its = f"{_SOURCE}@{COMMIT[::-1]}"
        assert f"{stranger}, according to KEYGUARD_SOURCE.\nThat is not what is installed: {its}.\n" in told

    def test_the_commit_alone_tells_another_version(self, installed: Installed, tmp_path: Path) -> None:
        def init(*options: str) -> tuple[int, str]:
            done = installed.run("init", *options, str(tmp_path))
            return done.returncode, done.stdout + done.stderr

        subprocess.run(["git", "init", "-q", tmp_path], check=True)  # noqa: S607
        folder = {"url": "file:///home/ada/keyguard", "dir_info": {}}
        installed.record(folder, {"unknown": "address", "commit": COMMIT})
        assert installed.source().endswith(f"; it was made of commit {COMMIT}")
        assert init("--yes", "--pre-commit", "--source", _SOURCE)[0] == 0
        code, told = init("--check")
        assert (code, f":2  pinned to {_SOURCE}@{COMMIT}\n" in told) == (0, True)
        assert _SOURCE not in init("--yes")[1]
        installed.record(folder, {"unknown": "address", "commit": COMMIT[::-1]})
        code, told = init("--check")
        assert (code, f":2  another version: pinned to {_SOURCE}@{COMMIT}\n" in told) == (1, True)
        assert f":2: another version: pinned to {_SOURCE}@{COMMIT}.\nNothing says where" in init("--yes")[1]

    def test_what_else_there_is_to_say_is_said_beside_a_wrong_variable(self, installed: Installed) -> None:
        installed.record()
        done = installed.run("--version", "--debug", KEYGUARD_SOURCE="nowhere")
        assert [line.split()[0] for line in done.stdout.splitlines()] == [
            "keyguard",
            "source",
            "package",
            "python",
            "engine",
        ]
        assert "source   unknown: KEYGUARD_SOURCE: " in done.stdout
        assert (done.returncode, done.stderr[:24]) == (2, "error: KEYGUARD_SOURCE: ")

    def test_the_placeholder_of_the_recipes_is_nobodys_name(self) -> None:
        recipe = re.findall(r'pipx install "git\+(\S+)"', (ROOT / "README.md").read_text("utf-8"))[0]
        for given in (
            recipe,
            recipe.partition("@")[0],
            recipe.replace("https://", "ssh://git@"),
            f"git+{recipe}",
            recipe.replace("OWNER/", "OWNER%2f"),
            recipe.replace("OWNER/", "%4FWNER/"),
        ):
            with pytest.raises(SettingsError, match=r"^--source: OWNER stands for whoever keeps the repository"):
                home.find(given)

    def test_the_placeholder_of_the_recipes_is_nobodys_commit(self) -> None:
        recipe = re.findall(r'pipx install "git\+\S+@(\w+)"', (ROOT / "README.md").read_text("utf-8"))[0]
        for commit in (recipe, recipe.upper(), "0" * 40, "f" * 64):
            with pytest.raises(SettingsError, match=r"^--source: \w{7}\.\.\. stands for the full id of the commit"):
                home.find(f"{_SOURCE}@{commit}")

    def test_what_can_be_moved_to_other_code_is_refused(self) -> None:
        for given in (
            f"{_SOURCE}@v1", f"{_SOURCE}@{COMMIT[:39]}", f"{_SOURCE}@main", "keyguard", "keyguard==1",
            f"{_SOURCE}/keyguard.whl", f"{_SOURCE}/keyguard.whl#sha256=1", "index+https://pypi.example.org/simple",
            "index+https://pypi.example.org/simple@latest", "index+https://pypi.example.org/simple@1.2",
            f"index+https://pypi.example.org/simple@1; id#sha256={SHA256}",
            f"index+file:///srv@1#sha256={SHA256}",
        ):  # fmt: skip
            with pytest.raises(SettingsError) as raised:
                home.find(given)
            assert "a repository (https or ssh) with @COMMIT" in raised.value.hint


def test_without_version_there_is_nothing_to_debug(installed: Installed) -> None:
    done = installed.run("--debug", "scan")
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "error: --debug goes with --version.")


@functools.cache
def needed_by_a_build() -> tuple[str, ...]:
    """Return the modules that a build asks where it is from, which works without any package."""
    script = f"""import sys; sys.path.insert(0, {str(ROOT)!r}); import keyguard.home, keyguard.git.calls
print(*(module.__file__ for name, module in sys.modules.items() if name.startswith("keyguard")), sep="\\n")"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=True)
    return tuple(Path(line).relative_to(ROOT).as_posix() for line in done.stdout.splitlines())


class Checkout:
    """A clone of a small keyguard, which can be built."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in (
            "pyproject.toml",
            "hatch_build.py",
            ".gitignore",
            "README.md",
            "LICENSE",
            "NOTICE",
            "rules",
            "docs/keyguard.1",
        ):
            self._copy(name)
        for file in needed_by_a_build():
            self._copy(file)
        self.git("init", "--quiet")
        self.git("remote", "add", "origin", f"{_SOURCE}.git")
        self.commit()

    def _copy(self, name: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        source = ROOT / name
        shutil.copytree(source, self.folder / name) if source.is_dir() else shutil.copy(source, self.folder / name)

    def git(self, *arguments: str) -> str:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        done = subprocess.run(["git", *who, *arguments], cwd=self.folder, capture_output=True, text=True, check=True)  # noqa: S607
        return done.stdout.strip()

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "change")
        self.git("update-ref", "refs/remotes/origin/main", "HEAD")

    def built(self, **environment: str) -> dict[str, str] | None:
        """Build a wheel, and return its record."""
        dist = self.folder.parent / "dist"
        shutil.rmtree(dist, ignore_errors=True)
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", dist],
            cwd=self.folder,
            env=os.environ | environment,
            capture_output=True,
            check=True,
        )
        (wheel,) = dist.iterdir()
        with zipfile.ZipFile(wheel) as archive:
            assert SECRET.encode() not in b"".join(archive.read(name) for name in archive.namelist())
            names = [name for name in archive.namelist() if name.endswith("_built.json")]
            record: dict[str, str] | None = json.loads(archive.read("keyguard/_built.json")) if names else None
        return record


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    (tmp_path / "clone").mkdir()
    return Checkout(tmp_path / "clone")


class TestBuild:
    def test_a_clean_checkout_is_recorded_without_the_credential_of_its_remote(self, checkout: Checkout) -> None:
        checkout.git("remote", "set-url", "origin", f"https://ada:{SECRET}@git.example.org/sec/keyguard.git")
        (checkout.folder / "notes.txt").write_text("beside what is built\n")
        (checkout.folder / "keyguard" / "__pycache__").mkdir()
        (checkout.folder / "keyguard" / "__pycache__" / "x.pyc").touch()
        wanted = {"repository": f"{_SOURCE}.git", "commit": checkout.git("rev-parse", "HEAD")}
        assert checkout.built() == wanted
        assert checkout.built(GIT_DIR="/nowhere", GIT_WORK_TREE="/") == wanted

    def test_what_is_not_the_commit_is_not_recorded(self, checkout: Checkout) -> None:
        changed = checkout.folder / "keyguard" / "errors.py"
        text = changed.read_text()
        changed.write_text(f"{text}# changed\n")
        assert checkout.built() == {"unknown": "changed"}
        changed.write_text(text)
        assert "commit" in (checkout.built() or {})
        (checkout.folder / "keyguard" / "more.py").touch()
        assert checkout.built() == {"unknown": "changed"}
        (checkout.folder / ".git" / "info" / "exclude").write_text("more.py\n")
        assert checkout.built() == {"unknown": "changed"}, "the wheel holds it"

    def test_a_commit_that_the_remote_lacks_is_not_recorded(self, checkout: Checkout) -> None:
        checkout.git("commit", "--quiet", "--allow-empty", "--message", "mine")
        assert checkout.built() == {"unknown": "unpushed"}
        checkout.git("update-ref", "-d", "refs/remotes/origin/main")
        assert checkout.built() == {"unknown": "unpushed"}, "nothing was ever fetched or pushed"
        checkout.git("remote", "remove", "origin")
        assert checkout.built() == {"unknown": "no-remote", "commit": checkout.git("rev-parse", "HEAD")}

    def test_a_checkout_of_a_fetched_commit_is_recorded(self, checkout: Checkout, tmp_path: Path) -> None:
        """As pre-commit and CI services make it."""
        origin = checkout.folder.rename(tmp_path / "origin")
        checkout.folder.mkdir()
        checkout.git("init", "--quiet")
        checkout.git("remote", "add", "origin", origin.as_uri())
        head = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=origin, text=True).strip()  # noqa: S607
        checkout.git("fetch", "--quiet", "--depth=1", "origin", "HEAD")
        checkout.git("checkout", "--quiet", "FETCH_HEAD")
        assert checkout.built() == {"unknown": "address", "commit": head}, "its remote is a folder of this machine"
        checkout.git("remote", "set-url", "origin", "git@git.example.org:sec/keyguard")
        assert checkout.built() == {"repository": "ssh://git@git.example.org/sec/keyguard", "commit": head}

    @pytest.mark.parametrize(
        "remote", ["ext::sh -c id", "file:///srv/x", "https://x.test/$(id)", "-oProxyCommand=id:x"]
    )
    def test_a_remote_that_cannot_be_pinned_is_not_recorded(self, checkout: Checkout, remote: str) -> None:
        checkout.git("config", "remote.origin.url", remote)
        assert checkout.built() == {"unknown": "address", "commit": checkout.git("rev-parse", "HEAD")}

    def test_nothing_that_the_checkout_names_is_run(self, checkout: Checkout, tmp_path: Path) -> None:
        marker = tmp_path / "marker"
        (checkout.folder / ".gitattributes").write_text("* filter=mine diff=mine\n")
        checkout.commit()
        trap = checkout.folder / "trap"
        trap.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n")
        trap.chmod(0o755)
        for name in ("filter.mine.clean", "filter.mine.process", "diff.mine.textconv", "core.fsmonitor"):
            checkout.git("config", name, str(trap))
        (checkout.folder / ".git" / "info" / "exclude").write_text("trap\n")
        for path in (checkout.folder / "rules").iterdir():
            os.utime(path, (1, 1))  # git has to look into it, by the filter
        assert checkout.built() == {"repository": f"{_SOURCE}.git", "commit": checkout.git("rev-parse", "HEAD")}
        assert not marker.exists()
        checkout.git("status")
        assert marker.exists(), "everyday git runs it"

    def test_files_with_the_line_ends_of_another_system_are_those_of_the_commit(self, checkout: Checkout) -> None:
        changed = checkout.folder / "keyguard" / "errors.py"
        text = changed.read_bytes()
        changed.write_bytes(text.replace(b"\n", b"\r\n"))
        assert "commit" in (checkout.built() or {})
        changed.write_bytes(text.replace(b"\n", b"\n\n"))
        assert checkout.built() == {"unknown": "changed"}
        changed.write_bytes(text)
        (checkout.folder / "LICENSE").unlink()
        (checkout.folder / "LICENSE").symlink_to("NOTICE")
        assert checkout.built() == {"unknown": "changed"}
        checkout.git("checkout", "--", "LICENSE")
        (checkout.folder / "docs" / "keyguard.1").write_text("changed")
        assert checkout.built() == {"unknown": "changed"}

    def test_without_git_or_within_another_repository_nothing_is_recorded(self, checkout: Checkout) -> None:
        assert checkout.built(PATH="/nowhere") is None
        shutil.rmtree(checkout.folder / ".git")
        assert checkout.built() is None
        (checkout.folder.parent / ".git").mkdir()
        subprocess.run(["git", "init", "--quiet"], cwd=checkout.folder.parent, check=True)  # noqa: S607
        assert checkout.built() is None


def test_the_version_is_written_once() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?", __version__), "the name of the .dist-info is made of it"
