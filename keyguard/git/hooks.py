"""Where git looks for hooks, asked with the user's own configuration: it may name a folder for all repositories."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from keyguard.git import program
from keyguard.git.process import Call

if TYPE_CHECKING:
    from keyguard.git.model import Repository


class Hooks(NamedTuple):
    """The folder of a repository's hooks, and whose configuration chose it."""

    folder: str
    scope: str  # 'system', 'global', 'local', 'worktree' or 'command' as git calls them; '' for git's own choice


def hooks(repository: Repository) -> Hooks:
    """Find the folder as `git rev-parse --git-path hooks` does, and say who chose it.

    To read a configuration runs nothing that it names.
    """
    asked = ["config", "-z", "--show-scope", "--type=path", "--get", "core.hooksPath"]
    scope, found, chosen = os.fsdecode(_ask(repository, asked)).removesuffix("\0").partition("\0")
    if not found:
        return Hooks(os.path.join(repository.store, "hooks"), "")  # noqa: PTH118 - strings, as in the package
    # Git looks for '/pre-commit' where the setting is empty.
    return Hooks(os.path.join(repository.folder, chosen or "/"), scope)  # noqa: PTH118


def _ask(repository: Repository, arguments: list[str]) -> bytes:
    """Run git under the settings that the user's own git would have, and none of a hook's."""
    words = [program.program(), "--no-pager", "-c", "safe.bareRepository=all", *arguments]
    with Call(words, repository.folder, program.users_environment()) as call:
        return call.output(accepted=(0, 1)).read()  # 1: it is not set
