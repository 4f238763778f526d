"""Where git looks for hooks, asked with the user's own configuration: it may name a folder for all repositories."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from keyguard.errors import SourceError
from keyguard.git import calls

if TYPE_CHECKING:
    from keyguard.git.repository import Repository


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
    try:
        answer = subprocess.run(
            [calls.program(), "--no-pager", "-c", "safe.bareRepository=all", *arguments],
            cwd=repository.folder,
            env=calls.users_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=calls.TIME_LIMIT,
        )
    except subprocess.TimeoutExpired:
        raise SourceError(
            f"git took more than {calls.TIME_LIMIT:.0f} seconds to read the configuration of {repository.folder!r}",
            "look for a named pipe among the files that it includes",
        ) from None
    if answer.returncode not in {0, 1}:  # 1: it is not set
        raise calls.error_of(answer.stderr, repository.folder)
    return answer.stdout
