"""The expressions file for git filter-repo, the one report that holds the values."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import ENV_FILE, keyguard, leak, put, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Keyguard

__all__ = ["keyguard", "leak"]  # fixtures


def test_it_holds_each_value_once_the_longest_first_and_is_its_owners_alone(leak: Path, keyguard: Keyguard) -> None:
    put(leak / "copy.env")
    file = leak.parent / "expressions.txt"
    assert keyguard("scan", leak, "--report", f"replace-text={file}").code == 1
    lines = file.read_text().splitlines()
    found = [line.removeprefix("literal:").removesuffix("==>***REMOVED***") for line in lines]
    assert sorted(found) == sorted(value for value in values() if value in (leak / ".env").read_text())
    assert [len(value) for value in found] == sorted(map(len, found), reverse=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_encoded_value_is_written_as_it_stands_in_the_file(tmp_path: Path, keyguard: Keyguard) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: okx\ndata:\n" + "".join(
        f"  OKX_{part.upper()}: <{part}|base64>\n" for part in ("api_key", "secret_key", "passphrase")
    )
    text = put(tmp_path / "k8s" / "secret.yaml", secret).read_text()
    file = tmp_path / "expressions.txt"
    keyguard("scan", tmp_path / "k8s", "--report", f"replace-text={file}")
    replaced = [line.removeprefix("literal:").split("==>")[0] for line in file.read_text().splitlines()]
    assert sum(value in text for value in replaced) == 3


def test_a_value_that_is_written_otherwise_is_said(tmp_path: Path, keyguard: Keyguard) -> None:
    text = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE='<passphrase|quote|shell>'\n"
    put(tmp_path / "bot" / "run.sh", text)
    file = tmp_path / "expressions.txt"
    ran = keyguard("scan", tmp_path / "bot", "--report", f"replace-text={file}")
    assert "1 value is written with escapes" in ran.err
    assert "'s==>" in file.read_text()


@pytest.mark.parametrize("arguments", [["-f", "replace-text"], ["--report", "replace-text=/dev/stdout"]])
def test_it_never_goes_to_standard_output(arguments: list[str], leak: Path, keyguard: Keyguard) -> None:
    ran = keyguard("scan", leak, *arguments)
    assert ran.code == 2
    assert not any(value in ran.out + ran.err for value in values())


def test_a_stored_report_has_no_values_to_give(leak: Path, keyguard: Keyguard) -> None:
    stored = leak.parent / "stored.json"
    keyguard("scan", leak, "--report", f"json={stored}")
    ran = keyguard("report", stored, "--report", f"replace-text={leak.parent / 'x'}")
    assert ran.code == 2
    assert "holds no values" in ran.err
    assert not (leak.parent / "x").exists()


@pytest.fixture
def typed(tmp_path: Path) -> Callable[..., str]:
    """Return what types a script into a shell, with git's identity and keyguard on the path."""
    program = Path(sys.executable).with_name("keyguard")
    named = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **named, "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1", "PATH": path}

    def types(script: str, cwd: Path = tmp_path, **variables: str) -> str:
        done = subprocess.run(
            ["/usr/bin/env", "bash", "-e", "-c", script],
            cwd=cwd,
            env=environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    return types


@pytest.fixture
def bot(tmp_path: Path, typed: Callable[..., str]) -> Path:
    """Return a repository in whose past there is a leak, and in whose work tree there is another."""
    folder = tmp_path / "bot"
    put(folder / ".env")
    typed("git init --quiet -b main && git add . && git commit --quiet -m leak && git rm --quiet .env", folder)
    (folder / "README").write_text("hello\n")
    typed("git add . && git commit --quiet -m gone", folder)
    put(folder / "new.env", ENV_FILE, "untracked")
    return folder


def test_the_recipe_works_as_the_page_shows_it(tmp_path: Path, bot: Path, typed: Callable[..., str]) -> None:
    pytest.importorskip("git_filter_repo", reason="git-filter-repo is not installed")
    page = (Path(__file__).parents[2] / "docs" / "history.md").read_text("utf-8")
    (recipe,) = (block for block in re.findall(r"(?m)(?:^ {7}\S.*\n)+", page) if "filter-repo" in block)
    server = tmp_path / "server.git"
    typed(f"git init --quiet --bare -b main {server} && git push --quiet {server} main", bot)
    work = tmp_path / "work"
    work.mkdir()
    said = typed(recipe, work, URL=str(server))
    assert "No findings" in said
    assert [path.name for path in work.iterdir()] == ["rewritten.git"]
    assert not any(value in typed("git log --all -p", server) for value in values())
    assert "REMOVED" in typed("git log --all -p", server)


def test_it_holds_nothing_that_no_commit_holds(bot: Path, keyguard: Keyguard) -> None:
    file = bot.parent / "expressions.txt"
    typed_in = keyguard("scan", bot, "--report", f"replace-text={file}")
    assert (typed_in.code, file.exists()) == (2, False)
    assert "--history-only" in typed_in.err
    assert keyguard("scan", bot, "--history-only", "--report", f"replace-text={file}").code == 1
    text = file.read_text()
    assert sum(value in text for value in values()) == 3
    assert not any(value in text for value in values("untracked"))


@pytest.mark.parametrize("place", ["expressions.txt", "deep/expressions.txt", "../bare.git/expressions.txt", ".git/x"])
def test_it_never_lies_in_a_repository(place: str, bot: Path, keyguard: Keyguard, typed: Callable[..., str]) -> None:
    typed("mkdir deep && git init --quiet --bare ../bare.git", bot)
    ran = keyguard("scan", "--history-only", "--report", f"replace-text={place}", cwd=bot)
    assert (ran.code, (bot / place).exists()) == (2, False)
    assert "a commit would leak them" in ran.err


def test_one_that_lies_in_a_tree_is_found_and_stopped_by_the_hook(
    bot: Path, keyguard: Keyguard, typed: Callable[..., str]
) -> None:
    file = bot.parent / "expressions.txt"
    keyguard("scan", bot, "--history-only", "--report", f"replace-text={file}")
    typed(f"rm new.env && mv {file} list.txt && git add list.txt", bot)
    ran = keyguard("scan", "--staged", "-fjson", cwd=bot)
    assert ran.code == 1
    assert set(ran.rules) == {"okx-expression"}
    assert len(ran.rules) == 3
    assert not any(value in ran.out for value in values())
