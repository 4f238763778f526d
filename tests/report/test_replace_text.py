"""The expressions file for git filter-repo, the one report that holds the values."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from keyguard.packs import expand
from tests.cli.conftest import ENV_FILE, keyguard, leak, put, values

if TYPE_CHECKING:
    from pathlib import Path

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


def test_git_filter_repo_takes_it_and_the_history_is_clean_afterwards(tmp_path: Path, keyguard: Keyguard) -> None:
    filter_repo = pytest.importorskip("git_filter_repo", reason="git-filter-repo is not installed")
    bot = tmp_path / "bot"
    named = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **named, "HOME": str(tmp_path)}

    def git(*arguments: str) -> None:
        command = ["/usr/bin/env", "git", *arguments]
        subprocess.run(command, cwd=bot, env=environment, check=True, capture_output=True)

    bot.mkdir()
    git("init", "--quiet")
    (bot / ".env").write_text(expand(ENV_FILE, "cli"))
    git("add", ".")
    git("commit", "--quiet", "-m", "leak")
    git("rm", "--quiet", ".env")
    (bot / "README").write_text("hello\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "gone")
    file = tmp_path / "expressions.txt"
    assert keyguard("scan", bot, "--report", f"replace-text={file}").code == 1
    command = [sys.executable, filter_repo.__file__, "--force", "--replace-text", str(file)]
    subprocess.run(command, cwd=bot, env=environment, check=True, capture_output=True)
    assert keyguard("scan", bot).code == 0
