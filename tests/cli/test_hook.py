"""Hooks as users have them: real commits, real pushes, real pre-commit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keyguard.packs import expand

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Keyguard

_ROOT = Path(__file__).parent.parent.parent
_PROGRAM = Path(sys.executable).with_name("keyguard")
_LEAK = expand("OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n", "hooks")


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run git as somebody with an empty home."""
    home = tmp_path / "home"
    home.mkdir()
    named = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com"}
    named |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in named.items()}
    environment = {**os.environ, **named, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"}

    def run(*arguments: str, cwd: Path = tmp_path / "bot") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/usr/bin/env", "git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
        )

    run("init", "--quiet", "--initial-branch", "main", "bot", cwd=tmp_path)
    return run


@pytest.fixture
def bot(tmp_path: Path, git: Callable[..., object]) -> Path:
    """Return a repository with one commit."""
    folder = tmp_path / "bot"
    (folder / "bot.py").write_text("print('hello')\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "begin")
    return folder


def test_a_commit_with_a_leak_is_refused_and_one_without_is_not(
    bot: Path, git: Callable[..., subprocess.CompletedProcess[str]], keyguard: Keyguard
) -> None:
    assert keyguard("hook", "install", "-C", str(bot)).code == 0
    (bot / ".env").write_text(_LEAK)
    git("add", ".env")
    refused = git("commit", "-m", "leak")
    assert refused.returncode
    told = refused.stdout + refused.stderr
    assert ".env:2:16" in told
    assert "revoke" in told
    assert "keyguard: ignore[" in told
    assert not any(line.partition("=")[2] in told for line in _LEAK.splitlines())
    assert git("log", "--format=%s").stdout == "begin\n"
    git("rm", "--quiet", "--cached", ".env")
    (bot / "new.py").write_text("x = 1\n")
    git("add", "new.py")
    assert git("commit", "-m", "clean").returncode == 0


def test_the_content_of_the_index_counts_not_that_of_the_work_tree(
    bot: Path, git: Callable[..., subprocess.CompletedProcess[str]], keyguard: Keyguard
) -> None:
    keyguard("hook", "install", "-C", str(bot))
    (bot / "settings.env").write_text("OKX_SITE=global\n")
    git("add", ".")
    (bot / "settings.env").write_text(_LEAK)
    assert git("commit", "-m", "what is staged is clean").returncode == 0
    git("add", ".")
    (bot / "settings.env").write_text("OKX_SITE=global\n")
    assert git("commit", "-m", "what is staged leaks").returncode


def test_committing_one_file_looks_at_the_index_that_git_made_for_it(
    bot: Path, git: Callable[..., subprocess.CompletedProcess[str]], keyguard: Keyguard
) -> None:
    keyguard("hook", "install", "-C", str(bot))
    (bot / "leak.env").write_text(_LEAK)
    git("add", "leak.env")
    (bot / "bot.py").write_text("print('bye')\n")
    assert git("commit", "-m", "the clean file alone", "bot.py").returncode == 0
    assert git("commit", "-m", "the rest").returncode


@pytest.mark.parametrize("old", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\necho before >> called\n"])
def test_a_hook_that_was_there_is_called_first_and_comes_back(
    old: str, bot: Path, git: Callable[..., subprocess.CompletedProcess[str]], keyguard: Keyguard
) -> None:
    hook = bot / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(old)
    hook.chmod(0o755)
    for _ in range(2):  # to install again changes nothing
        assert keyguard("hook", "install", "-C", str(bot), "--type", "pre-commit").code == 0
    (bot / "bot.py").write_text("print(1)\n")
    git("add", ".")
    assert (git("commit", "-m", "x").returncode != 0) == ("exit 1" in old)
    assert (bot / "called").exists() == ("called" in old)
    assert keyguard("hook", "uninstall", "-C", str(bot)).code == 0
    assert hook.read_text() == old
    assert sorted(path.name for path in hook.parent.iterdir() if "sample" not in path.name) == ["pre-commit"]


def test_the_folder_that_git_looks_into_is_used(
    bot: Path, git: Callable[..., subprocess.CompletedProcess[str]], keyguard: Keyguard
) -> None:
    git("config", "core.hooksPath", ".githooks")
    assert keyguard("hook", "install", "-C", str(bot)).code == 0
    assert {path.name for path in (bot / ".githooks").iterdir()} == {"pre-commit", "pre-push"}
    (bot / ".env").write_text(_LEAK)
    git("add", ".env")
    assert git("commit", "-m", "leak").returncode


def test_a_folder_of_hooks_for_all_repositories_is_left_alone(
    bot: Path, tmp_path: Path, git: Callable[..., subprocess.CompletedProcess[str]], keyguard: Keyguard
) -> None:
    git("config", "core.hooksPath", str(tmp_path / "shared"))
    ran = keyguard("hook", "install", "-C", str(bot))
    assert ran.code == 2
    assert "other repositories" in ran.err
    assert not (tmp_path / "shared").exists()


def test_a_folder_that_the_users_own_configuration_names_is_left_alone_too(
    bot: Path, tmp_path: Path, keyguard: Keyguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own").write_text(f"[core]\nhooksPath = {tmp_path}/mine\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "own"))
    ran = keyguard("hook", "install", "-C", str(bot))
    assert (ran.code, "core.hooksPath of the global configuration" in ran.err) == (2, True)
    assert not (tmp_path / "mine").exists()
    assert not (bot / ".git/hooks/pre-commit").exists()


def test_a_linked_work_tree_with_a_configuration_of_its_own(
    bot: Path, tmp_path: Path, git: Callable[..., subprocess.CompletedProcess[str]], keyguard: Keyguard
) -> None:
    linked = tmp_path / "linked"
    git("worktree", "add", "--quiet", str(linked))
    git("config", "extensions.worktreeConfig", "true")
    git("config", "--worktree", "core.hooksPath", ".linked-hooks", cwd=linked)
    assert keyguard("hook", "install", "-C", str(linked), "--type", "pre-commit").code == 0
    assert [path.name for path in (linked / ".linked-hooks").iterdir()] == ["pre-commit"]
    assert keyguard("hook", "install", "-C", str(bot), "--type", "pre-commit").code == 0
    for folder in (linked, bot):
        assert (
            Path(git("rev-parse", "--path-format=absolute", "--git-path", "hooks", cwd=folder).stdout.strip())
            / "pre-commit"
        ).exists()


def test_hooks_that_a_link_leads_out_of_the_repository_are_named_and_not_written(
    bot: Path, tmp_path: Path, keyguard: Keyguard
) -> None:
    hooks, elsewhere = bot / ".git/hooks", tmp_path / "elsewhere"
    elsewhere.mkdir()
    if hooks.exists():
        hooks.rename(tmp_path / "samples")
    hooks.symlink_to(elsewhere)
    ran = keyguard("hook", "install", "-C", str(bot))
    assert ran.code == 2
    assert str(elsewhere) in ran.err
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    "words", [["pre-push"], ["pre-commit"], ["."], ["--", "pre-receive"], ["src", "--", "--strict"]]
)
def test_what_is_no_option_installs_nothing(bot: Path, keyguard: Keyguard, words: list[str]) -> None:
    before = sorted((bot / ".git/hooks").glob("*"))
    ran = keyguard("hook", "install", "-C", str(bot), *words)
    assert (ran.code, "--type names a hook" in ran.err) == (2, True)
    assert sorted((bot / ".git/hooks").glob("*")) == before


def test_options_are_kept_for_the_scan(
    bot: Path, git: Callable[..., subprocess.CompletedProcess[str]], keyguard: Keyguard
) -> None:
    assert keyguard("hook", "install", "-C", str(bot), "--", "--skip", "okx-credential").code == 0
    (bot / ".env").write_text(_LEAK)
    git("add", ".env")
    assert git("commit", "-m", "waved through").returncode == 0


def test_without_keyguard_the_hook_refuses(
    bot: Path, git: Callable[..., subprocess.CompletedProcess[str]], keyguard: Keyguard
) -> None:
    keyguard("hook", "install", "-C", str(bot))
    hook = bot / ".git/hooks/pre-commit"
    lines = hook.read_text().splitlines()
    hook.write_text("\n".join("keyguard=/gone" if line.startswith("keyguard=") else line for line in lines))
    (bot / "bot.py").write_text("print(2)\n")
    git("add", ".")
    environment = {**os.environ, "PATH": "/usr/bin:/bin"}
    ran = subprocess.run(
        ["/usr/bin/env", "git", "commit", "-m", "x"],
        cwd=bot,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode
    assert "finds no keyguard" in ran.stderr


def test_a_push_of_a_leak_is_refused_though_a_later_commit_removed_it(
    bot: Path, tmp_path: Path, git: Callable[..., subprocess.CompletedProcess[str]], keyguard: Keyguard
) -> None:
    git("init", "--quiet", "--bare", "server.git", cwd=tmp_path)
    git("remote", "add", "origin", str(tmp_path / "server.git"))
    keyguard("hook", "install", "-C", str(bot), "--type", "pre-push")
    assert git("push", "--quiet", "origin", "main").returncode == 0
    (bot / ".env").write_text(_LEAK)
    git("add", ".env")
    git("commit", "--quiet", "-m", "leak")
    git("rm", "--quiet", ".env")
    git("commit", "--quiet", "-m", "gone")
    refused = git("push", "origin", "main")
    assert refused.returncode
    assert ".env:2:16" in refused.stdout + refused.stderr
    git("reset", "--quiet", "--hard", "HEAD~2")
    (bot / "bot.py").write_text("print(3)\n")
    git("commit", "--quiet", "-am", "clean")
    assert git("push", "origin", "main", "HEAD:refs/heads/other").returncode == 0
    assert git("push", "origin", ":other").returncode == 0  # a branch that goes away brings nothing


def test_a_server_refuses_what_it_receives_before_it_is_taken(
    bot: Path, tmp_path: Path, git: Callable[..., subprocess.CompletedProcess[str]], keyguard: Keyguard
) -> None:
    server = tmp_path / "server.git"
    git("init", "--quiet", "--bare", "server.git", cwd=tmp_path)
    assert keyguard("hook", "install", "-C", str(server)).code == 0
    assert (server / "hooks/pre-receive").exists()
    assert git("push", str(server), "main").returncode == 0
    (bot / ".env").write_text(_LEAK)
    git("add", ".env")
    git("commit", "--quiet", "-m", "leak")
    git("rm", "--quiet", ".env")
    git("commit", "--quiet", "-m", "gone")
    refused = git("push", str(server), "main")
    assert refused.returncode
    assert ".env:2:16" in refused.stderr
    assert "pre-receive hook declined" in refused.stderr
    assert git("log", "--format=%s", "main", cwd=server).stdout == "begin\n"


def test_a_server_refuses_a_tag_whose_message_leaks(
    bot: Path, tmp_path: Path, git: Callable[..., subprocess.CompletedProcess[str]], keyguard: Keyguard
) -> None:
    server = tmp_path / "server.git"
    git("init", "--quiet", "--bare", "server.git", cwd=tmp_path)
    keyguard("hook", "install", "-C", str(server))
    git("tag", "--annotate", "v1", "-m", _LEAK)
    refused = git("push", str(server), "main", "v1")
    assert refused.returncode
    assert "<tag v1>" in refused.stderr


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which pre-commit keeps nothing and whoever owns this checkout is trusted."""
    home = tmp_path / "pre-commit-home"
    home.mkdir()
    (home / ".gitconfig").write_text("[user]\nname = A\nemail = a@example.com\n[safe]\ndirectory = *\n")
    return {
        **os.environ,
        "HOME": str(home),
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "PIP_NO_COMPILE": "1",  # half of the time of an installation
    }


class TestPreCommit:
    """pre-commit itself, as it installs keyguard from this checkout."""

    def _run(self, environment: dict[str, str], cwd: Path, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    @pytest.mark.slow  # it installs packages
    def test_try_repo_refuses_what_is_staged_and_passes_what_is_clean(
        self, bot: Path, git: Callable[..., subprocess.CompletedProcess[str]], environment: dict[str, str]
    ) -> None:
        program = str(Path(sys.executable).with_name("pre-commit"))
        (bot / ".env").write_text(_LEAK)
        git("add", ".env")
        refused = self._run(environment, bot, program, "try-repo", str(_ROOT), "keyguard", "--verbose")
        assert refused.returncode == 1, refused.stderr
        assert ".env:2:16" in refused.stdout
        git("rm", "--quiet", "--cached", ".env")
        (bot / "bot.py").write_text("print(4)\n")
        git("add", "bot.py")
        passed = self._run(environment, bot, program, "try-repo", str(_ROOT), "keyguard", "--verbose")
        assert passed.returncode == 0, passed.stdout + passed.stderr
        assert "No findings in 1 file" in passed.stdout

    def test_the_push_hook_reads_the_commits_that_pre_commit_names(
        self,
        bot: Path,
        tmp_path: Path,
        git: Callable[..., subprocess.CompletedProcess[str]],
        environment: dict[str, str],
    ) -> None:
        program = str(Path(sys.executable).with_name("pre-commit"))
        entry = f"""
repos:
  - repo: local
    hooks:
      - id: keyguard-push
        name: keyguard
        entry: {_PROGRAM} scan --pushed
        language: system
        pass_filenames: false
        always_run: true
        stages: [pre-push]
"""
        (bot / ".pre-commit-config.yaml").write_text(entry)
        git("add", ".")
        git("commit", "--quiet", "-m", "configure")
        git("init", "--quiet", "--bare", "server.git", cwd=tmp_path)
        git("remote", "add", "origin", str(tmp_path / "server.git"))
        assert self._run(environment, bot, program, "install", "--hook-type", "pre-push").returncode == 0
        push = ["/usr/bin/env", "git", "push", "origin", "main"]
        assert self._run(environment, bot, *push).returncode == 0  # new there: down to the first commit
        (bot / ".env").write_text(_LEAK)
        git("add", ".env")
        git("commit", "--quiet", "-m", "leak")
        git("rm", "--quiet", ".env")
        git("commit", "--quiet", "-m", "gone")
        refused = self._run(environment, bot, *push)
        assert refused.returncode
        assert ".env:2:16" in refused.stdout + refused.stderr

    def test_the_manifest_is_one(self, environment: dict[str, str]) -> None:
        program = str(Path(sys.executable).with_name("pre-commit"))
        assert self._run(environment, _ROOT, program, "validate-manifest", ".pre-commit-hooks.yaml").returncode == 0
