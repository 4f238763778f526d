"""What a gate must not let through, and what a remembered history must not hide."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from keyguard.packs import expand
from tests.cli.conftest import keyguard

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard

__all__ = ["keyguard"]  # a fixture

LEAK = expand("OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n", "gates")


class Bot:
    """A repository; each commit has a date of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.when = folder, 1_700_000_000
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch", "main")

    def git(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        self.when += 60
        named = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        dates = {f"GIT_{who}_DATE": f"{self.when} +0000" for who in ("AUTHOR", "COMMITTER")}
        return subprocess.run(
            ["/usr/bin/env", "git", *arguments],
            cwd=self.folder,
            env={**os.environ, **named, **dates, "HOME": str(self.folder)},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def commit(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(exist_ok=True)
        (self.folder / path).write_text(text)
        self.git("add", "--force", ".")
        self.git("commit", "--quiet", "-m", path)


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    bot = Bot(tmp_path / "bot")
    bot.commit("bot.py", "print(1)\n")
    return bot


def test_a_rename_after_a_remembered_scan_is_judged_by_its_new_path(bot: Bot, keyguard: Keyguard) -> None:
    (bot.folder / ".keyguardignore").write_text("fixtures/\n")
    bot.commit("fixtures/a.env", LEAK)
    assert keyguard("scan", bot.folder).code == 0
    bot.git("mv", "fixtures/a.env", "live.env")
    bot.git("commit", "--quiet", "-m", "rename")
    bot.git("rm", "--quiet", "live.env")
    bot.git("commit", "--quiet", "-m", "gone")
    assert keyguard("scan", bot.folder).code == keyguard("scan", "--no-cache", bot.folder).code == 1


def test_the_file_behind_an_annotated_tag_is_read(bot: Bot, keyguard: Keyguard) -> None:
    blob = bot.git("hash-object", "-w", "--stdin", stdin=LEAK).stdout.strip()
    bot.git("tag", "--annotate", "-m", "a file", "file", blob)
    ran = keyguard("scan", "-f", "json", bot.folder)
    assert ran.code == 1
    (finding,) = ran.report["findings"]
    assert finding["history"]["apart"] is False


def test_a_folder_whose_name_has_a_line_end_is_read_when_it_is_named(bot: Bot, keyguard: Keyguard) -> None:
    bot.commit("d\nir/a.env", LEAK)
    bot.git("rm", "--quiet", "-r", "d\nir")
    bot.git("commit", "--quiet", "-m", "gone")
    (bot.folder / "d\nir").mkdir()
    assert keyguard("scan", "--history-only", bot.folder / "d\nir").code == 1


@pytest.mark.parametrize("kind", ["blob", "annotated", "inner"])
def test_a_server_takes_no_tag_that_it_cannot_read_or_that_leaks(
    kind: str, bot: Bot, tmp_path: Path, keyguard: Keyguard
) -> None:
    server = tmp_path / "server.git"
    bot.git("init", "--quiet", "--bare", str(server))
    keyguard("hook", "install", "-C", str(server))
    blob = bot.git("hash-object", "-w", "--stdin", stdin=LEAK).stdout.strip()
    if kind == "blob":
        bot.git("tag", "t", blob)
    elif kind == "annotated":
        bot.git("tag", "--annotate", "-m", "x", "t", blob)
    else:
        bot.git("tag", "--annotate", "-m", LEAK, "inside")
        bot.git("tag", "--annotate", "-m", "x", "t", "inside")
    assert bot.git("push", "--quiet", str(server), "main").returncode == 0
    refused = bot.git("push", str(server), "t")
    assert refused.returncode
    assert "pre-receive hook declined" in refused.stderr


def test_a_push_to_an_address_reads_what_another_remote_has_already(
    bot: Bot, tmp_path: Path, keyguard: Keyguard
) -> None:
    bot.commit(".env", LEAK)
    for name in ("private", "public"):
        bot.git("init", "--quiet", "--bare", str(tmp_path / f"{name}.git"))
    bot.git("remote", "add", "origin", str(tmp_path / "private.git"))
    assert bot.git("push", "--quiet", "origin", "main").returncode == 0
    keyguard("hook", "install", "-C", str(bot.folder), "--type", "pre-push")
    assert bot.git("push", str(tmp_path / "public.git"), "main").returncode
    assert bot.git("push", f"file://{tmp_path / 'public.git'}", "main").returncode


def test_a_folder_of_huskys_hooks_is_left_alone(bot: Bot, keyguard: Keyguard) -> None:
    hooks = bot.folder / ".husky/_"
    hooks.mkdir(parents=True)
    (hooks / "pre-commit").write_text('#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n')
    bot.git("config", "core.hooksPath", ".husky/_")
    ran = keyguard("hook", "install", "-C", str(bot.folder), "--type", "pre-commit")
    assert ran.code == 2
    assert ".husky/pre-commit" in ran.err
    assert [path.name for path in hooks.iterdir()] == ["pre-commit"]
