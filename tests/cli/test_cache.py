"""What lies in the cache decides what is found: it is believed only where the scanned party cannot write."""

from __future__ import annotations

import copyreg
import hashlib
import json
import marshal
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
import regex

from keyguard.seal import Seal
from tests.cli.conftest import Keyguard, Ran, put
from tests.command import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S607


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a work tree that tracks a leak, in a folder of its own."""
    top = put(tmp_path / "here" / "repo" / "bot" / ".env").parent.parent
    git(top, "init", "--quiet")
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message=bot")
    return top


def plant(folder: Path) -> None:
    """Change the parsed packs of a cache so that no rule matches, as anybody could who may write there."""
    (packs,) = folder.glob("packs-*")
    documents = json.loads(packs.read_bytes()[32:])
    for _, document in documents:
        for part in document.get("parts", {}).values():
            part |= {name: "zzzzzzzzzzzz" for name in ("shape", "weak_shape", "base64") if part.get(name)}
            part |= {"names": ["zzzzzzzz"], "short_names": ["zzzzzzz"]}
    data = json.dumps(documents).encode()
    packs.write_bytes(hashlib.sha256(data).digest() + data)
    for gates in folder.glob("gates-*"):
        gates.unlink()


def _in_the_tree(top: Path) -> tuple[Path, list[str], Path]:
    return top / ".cache" / "keyguard", ["."], top


def _by_an_absolute_path(top: Path) -> tuple[Path, list[str], Path]:
    return top / "cache", [str(top)], top.parent


def _beside_the_scanned_folder(top: Path) -> tuple[Path, list[str], Path]:
    return top / "cache", ["bot"], top


def _beside_a_scanned_file(top: Path) -> tuple[Path, list[str], Path]:
    return top / "cache", [str(top / "bot" / ".env")], top.parent


def _in_the_folder_of_git(top: Path) -> tuple[Path, list[str], Path]:
    return top / ".git" / "keyguard", ["."], top


def _through_a_link_out_of_the_tree(top: Path) -> tuple[Path, list[str], Path]:
    (top.parent / "elsewhere").mkdir(mode=0o700)
    (top / "link").symlink_to(top.parent / "elsewhere")
    return top / "link", ["."], top


def _through_a_link_into_the_tree(top: Path) -> tuple[Path, list[str], Path]:
    (top / "cache").mkdir(mode=0o700)
    (top.parent / "link").symlink_to(top / "cache")
    return top.parent / "link", ["."], top


def _of_the_second_target(top: Path) -> tuple[Path, list[str], Path]:
    other = put(top.parent / "other" / ".env", seed="other").parent
    return other / "cache", [".", str(other)], top


def _around_the_tree(top: Path) -> tuple[Path, list[str], Path]:
    return top.parent, ["."], top


def _as_the_tree(top: Path) -> tuple[Path, list[str], Path]:
    return top, ["."], top


_INSIDE = (
    _in_the_tree,
    _by_an_absolute_path,
    _beside_the_scanned_folder,
    _beside_a_scanned_file,
    _in_the_folder_of_git,
    _through_a_link_out_of_the_tree,
    _through_a_link_into_the_tree,
    _of_the_second_target,
    _around_the_tree,
    _as_the_tree,
)


@pytest.mark.parametrize("made", _INSIDE)
@pytest.mark.parametrize("options", [["--no-history"], []])
def test_a_cache_that_the_scanned_tree_reaches_is_refused_and_the_leak_is_found(
    repository: Path,
    keyguard: Keyguard,
    made: Callable[[Path], tuple[Path, list[str], Path]],
    options: list[str],
) -> None:
    folder, targets, cwd = made(repository)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = sorted(folder.iterdir())
    ran = keyguard("scan", *options, "-q", *targets, cwd=cwd, env={"KEYGUARD_CACHE_DIR": str(folder)})
    assert ran.code == 1
    assert f"note: the cache folder {folder} is refused: " in ran.err
    assert "scanned tree" in ran.err
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("command", [["scan", "--staged"], ["scan", "-"], ["rules", "list"], ["baseline", "create"]])
def test_every_command_refuses_it(repository: Path, keyguard: Keyguard, command: list[str]) -> None:
    folder = repository / ".cache"
    ran = keyguard(*command, cwd=repository, env={"KEYGUARD_CACHE_DIR": ".cache"})
    assert "the cache folder .cache is refused" in ran.err
    assert not folder.exists()


def test_a_change_that_brings_its_own_cache_hides_nothing(repository: Path, keyguard: Keyguard) -> None:
    outside = repository.parent / "cache"
    keyguard("scan", "-q", repository, env={"KEYGUARD_CACHE_DIR": str(outside)})
    outside.rename(repository / ".cache")
    plant(repository / ".cache")
    git(repository, "add", "--all", "--force")
    git(repository, "commit", "--quiet", "--message=cache")
    clone = repository.parent / "clone"
    git(repository.parent, "clone", "--quiet", str(repository), str(clone))
    (clone / ".cache").chmod(0o700)
    ran = keyguard("scan", "--no-history", "-q", cwd=clone, env={"KEYGUARD_CACHE_DIR": str(clone / ".cache")})
    assert ran.code == 1


def test_a_cache_that_git_tracks_is_refused_wherever_the_scan_is(repository: Path, keyguard: Keyguard) -> None:
    other = repository.parent / "dotfiles"
    (other / "cache").mkdir(parents=True, mode=0o700)
    (other / "cache").chmod(0o700)
    (other / "cache" / "packs-0").write_text("planted")
    git(other, "init", "--quiet")
    env = {"KEYGUARD_CACHE_DIR": str(other / "cache")}
    assert "refused" not in keyguard("scan", "-q", repository, env=env).err, "it is the user's: git does not track it"
    git(other, "add", "--all")
    ran = keyguard("scan", "-q", repository, env=env)
    assert (ran.code, "is refused: git tracks files in it" in ran.err) == (1, True)


def test_a_cache_that_others_may_write_to_is_refused(repository: Path, keyguard: Keyguard) -> None:
    folder = repository.parent / "cache"
    folder.mkdir()
    for mode in (0o777, 0o770, 0o1777, 0o702):
        folder.chmod(mode)
        ran = keyguard("scan", "-q", repository, env={"KEYGUARD_CACHE_DIR": str(folder)})
        assert (ran.code, "others may write to it" in ran.err) == (1, True)
        assert list(folder.iterdir()) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_cache_of_another_user_is_refused(repository: Path, keyguard: Keyguard) -> None:
    folder = repository.parent / "cache"
    folder.mkdir(mode=0o700)
    os.chown(folder, 12345, 12345)
    ran = keyguard("scan", "-q", repository, env={"KEYGUARD_CACHE_DIR": str(folder)})
    assert (ran.code, "it belongs to another user" in ran.err) == (1, True)


def test_the_users_own_cache_is_used_and_not_mentioned(repository: Path, keyguard: Keyguard) -> None:
    folder = repository.parent / "cache"
    ran = keyguard("scan", "-q", repository, env={"KEYGUARD_CACHE_DIR": str(folder)})
    assert (ran.code, ran.err) == (1, "")
    assert {file.name.partition("-")[0] for file in folder.iterdir()} == {"expressions", "gates", "packs", "history"}


def test_debug_says_whether_the_cache_is_used_and_why_not(repository: Path, keyguard: Keyguard) -> None:
    used, file = repository.parent / "cache", repository.parent / "a file"
    file.touch()
    own, no_key = {"KEYGUARD_CACHE_DIR": str(used)}, {"XDG_STATE_HOME": str(file)}
    for env, options, why in (
        (own, (), ""),
        (own, ("--no-cache",), "what it remembers of the history is not used: --no-cache"),
        ({"KEYGUARD_CACHE_DIR": str(file / "cache")}, (), "the cache folder is not used: Not a directory"),
        ({"KEYGUARD_CACHE_DIR": str(repository / "c")}, (), "the cache folder is not used: the cache folder"),
        ({**own, **no_key}, (), "the cache folder is not used: the key that seals it can neither be read nor made"),
    ):
        quiet = keyguard("scan", "-q", repository, *options, env=env)
        ran = keyguard("scan", "-q", "--debug", repository, *options, env=env)
        assert (ran.code, ran.out) == (quiet.code, quiet.out)
        told = [line.removeprefix("debug: ") for line in ran.err.splitlines() if line.startswith("debug: ")]
        assert told[0] == f"the cache folder is {env['KEYGUARD_CACHE_DIR']}"
        assert len(told) == (2 if why else 1)
        assert told[-1].startswith(why)
        assert "debug: " not in quiet.err


class TestSeal:
    """What lies in the user's own cache is believed only with a seal that nobody else can make."""

    @pytest.fixture
    def folder(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Return a cache and a place for its key that are filled and in use."""
        folder = repository.parent / "cache"
        monkeypatch.setenv("KEYGUARD_CACHE_DIR", str(folder))
        monkeypatch.setenv("XDG_STATE_HOME", str(repository.parent / "state"))
        return folder

    @pytest.fixture
    def scan(self, repository: Path, keyguard: Keyguard) -> Callable[..., Ran]:
        def scan(**env: str) -> Ran:
            return keyguard("scan", "-q", "--no-history", repository, env=env)

        return scan

    def test_the_key_lies_elsewhere_and_is_readable_by_its_user_only(
        self, scan: Callable[..., Ran], folder: Path
    ) -> None:
        assert scan().code == 1
        key = folder.parent / "state" / "keyguard" / "cache.key"
        assert (len(key.read_bytes()), key.stat().st_mode & 0o777) == (32, 0o600)
        assert key.parent.stat().st_mode & 0o777 == 0o700
        assert not any(key.read_bytes() in file.read_bytes() for file in folder.rglob("*") if file.is_file())

    @pytest.mark.parametrize("mark", ["none", "sha-256", "another key", "of another name", "of another text"])
    def test_planted_rules_hide_nothing(self, scan: Callable[..., Ran], folder: Path, mark: str) -> None:
        scan()
        (packs,) = folder.glob("packs-*")
        before = packs.read_bytes()
        plant(folder)
        data = packs.read_bytes()[32:]
        own = Seal((folder.parent / "state" / "keyguard" / "cache.key").read_bytes())
        marks = {
            "none": b"",
            "sha-256": hashlib.sha256(data).digest(),
            "another key": Seal(bytes(32)).of(packs.name.encode(), data),
            "of another name": own.of(b"packs-0", data),
            "of another text": before[:32],
        }
        packs.write_bytes(marks[mark] + data)
        assert scan().code == 1
        assert packs.read_bytes() == before, "it was made anew"

    def test_a_changed_database_of_gates_is_never_loaded(self, scan: Callable[..., Ran], folder: Path) -> None:
        scan()
        number = 40
        for gates in sorted(folder.glob("gates-*")):
            before = gates.read_bytes()
            for seal in (
                lambda _, kept=before[:32]: kept,
                lambda data: hashlib.sha256(data).digest(),
                Seal(b"x" * 32).of,
            ):
                changed = bytearray(before[32:])
                changed[number] ^= 0xFF
                number += 97
                gates.write_bytes(seal(bytes(changed)) + changed)
                assert scan().code == 1
                assert gates.read_bytes() == before

    @pytest.mark.parametrize("mark", ["none", "another key", "of another text"])
    def test_expressions_that_were_planted_hide_nothing(self, repository: Path, folder: Path, mark: str) -> None:
        (repository / "bot" / ".env").write_text(  # a text that the gates let through, and that is read closely
            (repository / "bot" / ".env").read_text() + "passphrase: words\n"
        )

        def scan() -> Ran:  # by a new interpreter, in which nothing is compiled
            done = run("scan", "-q", "--no-history", repository, cwd=repository, fresh=True)
            return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

        found = scan()
        file = folder / "expressions"
        before = file.read_bytes()
        version, _, programs = before[32:].partition(b"\n")
        known = marshal.loads(programs)  # noqa: S302 - by the command
        nothing = copyreg.dispatch_table[regex.Pattern](regex.compile("(?!)"))[1]
        planted = tuple(int(one) if isinstance(one, int) else one for one in nothing)
        data = version + b"\n" + marshal.dumps(dict.fromkeys(known, planted))
        marks = {
            "none": b"",
            "another key": Seal(bytes(32)).of(b"expressions", data),
            "of another text": before[:32],
        }
        file.write_bytes(marks[mark] + data)
        assert (scan().code, scan().out) == (1, found.out)
        made = marshal.loads(file.read_bytes()[32:].partition(b"\n")[2])  # noqa: S302 - by the command
        assert set(made) == set(known)
        assert planted not in made.values(), "they were made anew"
        own = Seal((folder.parent / "state" / "keyguard" / "cache.key").read_bytes())
        file.write_bytes(own.of(b"expressions", data) + data)
        assert scan().out != found.out, "with the user's seal they would have been believed"

    def test_entries_that_change_places_are_made_anew(self, scan: Callable[..., Ran], folder: Path) -> None:
        scan()
        kept = {file.name: file.read_bytes() for file in folder.iterdir()}
        first, second = (folder / name for name in list(kept)[:2])
        first.write_bytes(kept[second.name])
        second.write_bytes(kept[first.name])
        assert scan().code == 1
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == kept

    def test_another_key_believes_nothing_of_the_first(self, scan: Callable[..., Ran], folder: Path) -> None:
        scan()
        kept = {file.name: file.read_bytes() for file in folder.iterdir()}
        assert scan(XDG_STATE_HOME=str(folder.parent / "new")).code == 1
        assert {file.name for file in folder.iterdir()} == set(kept)
        assert all(file.read_bytes()[:32] != kept[file.name][:32] for file in folder.iterdir())

    @pytest.mark.parametrize("how", ["open to others", "a link", "short", "a folder"])
    def test_a_key_that_may_be_known_is_not_used(self, scan: Callable[..., Ran], folder: Path, how: str) -> None:
        key = folder.parent / "state" / "keyguard" / "cache.key"
        key.parent.mkdir(parents=True, mode=0o700)
        key.parent.chmod(0o700)
        if how == "a folder":
            key.mkdir()
        elif how == "a link":
            (folder.parent / "known").write_bytes(bytes(32))
            (folder.parent / "known").chmod(0o600)
            key.symlink_to(folder.parent / "known")
        else:
            key.write_bytes(bytes(31 if how == "short" else 32))
            key.chmod(0o644 if how == "open to others" else 0o600)
        ran = scan()
        assert (ran.code, f"the key {key}, which seals the cache, is not usable" in ran.err) == (1, True)
        assert not folder.exists()

    def test_a_key_in_the_scanned_tree_is_refused(self, repository: Path, scan: Callable[..., Ran]) -> None:
        ran = scan(XDG_STATE_HOME=str(repository / "state"))
        assert (ran.code, "of the key that seals the cache, is refused: it lies inside" in ran.err) == (1, True)
        assert not (repository / "state").exists()

    def test_a_job_brings_its_key(self, scan: Callable[..., Ran], folder: Path) -> None:
        scan(KEYGUARD_CACHE_KEY="a long random text 1")
        kept = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
        assert not (folder.parent / "state").exists()
        scan(KEYGUARD_CACHE_KEY="a long random text 1")
        assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == kept
        scan(KEYGUARD_CACHE_KEY="a long random text 2")
        assert all(file.stat().st_mtime_ns != kept[file.name] for file in folder.iterdir())
        ran = scan(KEYGUARD_CACHE_KEY="short")
        assert (ran.code, "KEYGUARD_CACHE_KEY is shorter than 20 characters" in ran.err) == (2, True)
        assert "short" not in ran.err.replace("shorter", "")

    def test_where_no_key_can_be_kept_nothing_is(self, scan: Callable[..., Ran], folder: Path) -> None:
        (folder.parent / "file").touch()
        ran = scan(XDG_STATE_HOME=str(folder.parent / "file"))
        assert (ran.code, ran.err) == (1, "")
        assert not folder.exists()
