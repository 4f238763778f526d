"""What somebody does whose key has just leaked: each command is what the report said, or what docs/leaked.md says."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from tests.history.conftest import Repository, keys, leak, run, scan

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def bot(tmp_path: Path) -> Repository:
    """Return a clone of a repository that others have too, with one commit that was pushed."""
    Repository(tmp_path / "origin.git", "--bare")
    made = Repository(tmp_path / "bot")
    made.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    made.commit({"bot.py": "print('hello')\n"})
    made.git("push", "-q", "-u", "origin", "main")
    return made


def _said(where: Repository, *options: str) -> str:
    """Return the report for people, in one line."""
    ran = run("scan", *options, cwd=where.top)
    assert ran.code == 1, ran.err
    return " ".join(ran.out.split())


def test_in_a_commit_that_was_just_made(bot: Repository) -> None:
    bot.commit({"settings.py": leak("now"), "strategy.py": "x = 1\n"})
    said = _said(bot)
    assert "pushed not as far as this clone knows" in said
    assert "What to do about what was not pushed" in said
    assert "Revoke" not in said
    for command in ("git reset --soft HEAD~1", "git restore --staged FILE"):
        assert f"({command}" in said
        bot.git(*shlex.split(command.replace("FILE", "settings.py"))[1:])
    bot.write(".gitignore", "settings.py\n")
    bot.git("add", ".gitignore")
    bot.git("commit", "-q", "-m", "the rest")
    assert scan(bot, "--range", "origin/main..HEAD").keys == []
    said = _said(bot)
    assert "What to do about what the reflog alone holds" in said
    assert "git reflog expire --expire=now --all && git gc --prune=now." in said
    (bot.top / "settings.py").unlink()
    bot.git("reflog", "expire", "--expire=now", "--all")
    bot.git("gc", "-q", "--prune=now")
    assert scan(bot).keys == []
    assert bot.git("show", "--format=", "--name-only", "HEAD").split() == [".gitignore", "strategy.py"]


def test_in_a_commit_that_was_pushed_yesterday(bot: Repository) -> None:
    bot.passing("settings.py", leak("yesterday"))
    bot.git("push", "-q")
    said = _said(bot)
    assert "held by main, origin/main" in said
    assert "Treat the key as lost: delete it on https://www.okx.com/account/my-api" in said
    assert said.endswith("Revoke the key before you remove it.")
    assert "pushed not" not in said


def test_pushing_over_it_takes_nothing_back(bot: Repository) -> None:
    bot.commit({"settings.py": leak("over")})
    bot.git("push", "-q")
    bot.git("reset", "-q", "--hard", "HEAD~1")
    bot.git("push", "-q", "--force")
    said = _said(bot)
    assert "If the commit was ever pushed, even for a minute, the key is lost" in said
    assert "in HEAD no; only the reflog reaches it" in said
    assert said.endswith("Revoke the key before you remove it.")


@pytest.mark.parametrize("tag", [["-a", "-m", "release"], []])
def test_found_in_an_old_tag(bot: Repository, tag: list[str]) -> None:
    bot.git("checkout", "-q", "-b", "release")
    bot.commit({"settings.py": leak("old")})
    bot.git("tag", *tag, "v1.0")
    bot.git("checkout", "-q", "main")
    bot.git("branch", "-q", "-D", "release")
    said = _said(bot)
    assert "in HEAD no; other refs hold it held by v1.0; 1 commit, 1 path" in said
    assert "Treat the key as lost" in said


@pytest.mark.parametrize(
    "words",
    [
        ["tag", "v1"],
        ["update-ref", "refs/remotes/origin/side", "HEAD"],
        ["update-ref", "refs/pipelines/7", "HEAD"],
        ["checkout", "-q", "--detach"],
        ["push", "-q", "origin", "main:other"],
        ["remote", "remove", "origin"],  # a mirror, or a server: nothing says what others have
    ],
)
def test_what_others_may_have_is_not_called_unpushed(bot: Repository, words: list[str]) -> None:
    bot.commit({"settings.py": leak("held")})
    assert scan(bot).history("held")["unpushed"]
    bot.git(*words)
    assert not scan(bot).history("held")["unpushed"]
    assert "Treat the key as lost" in _said(bot)


@pytest.mark.parametrize("words", [["branch", "more"], ["stash"], ["worktree", "add", "-q", "../side"]])
def test_what_this_clone_alone_makes_is(bot: Repository, words: list[str]) -> None:
    bot.commit({"settings.py": leak("own")})
    bot.write("bot.py", "print('more')\n")
    bot.git(*words)
    assert scan(bot).history("own")["unpushed"]


@pytest.mark.parametrize(
    "options",
    [["--range", "origin/main..HEAD"], ["--since", "HEAD~1"], ["--staged"], ["--history-only"], ["--no-history"]],
)
def test_a_path_that_nobody_knows_is_not_clean(bot: Repository, options: list[str]) -> None:
    bot.commit({"settings.py": leak("typed")})
    bot.write("more.env", leak("more"))
    bot.git("add", "more.env")
    assert run("scan", *options, "setings.py", cwd=bot.top).code == 2
    assert run("scan", *options, "settings.py", "more/", cwd=bot.top).code == 2


def test_a_path_that_is_gone_was_known(bot: Repository) -> None:
    bot.passing("old.env", leak("gone"))
    bot.write("staged.env", leak("staged"))
    bot.git("add", "staged.env")
    (bot.top / "staged.env").unlink()
    assert scan(bot, "--range", "origin/main..HEAD", "old.env").keys == keys("gone")
    assert scan(bot, "--staged", "staged.env").keys == keys("staged")
    assert scan(bot, "--staged", "old.env").keys == []
