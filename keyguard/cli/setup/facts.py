"""What a repository uses: the service that hosts it, pre-commit, and the branch that everything goes into."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyguard.cli.setup import GITLAB, PRE_COMMIT
from keyguard.errors import SourceError
from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from pathlib import Path

_HEADS = "refs/heads/"
_ORIGIN = "refs/remotes/origin/"
_GITHUB = re.compile(r"(?:ssh\.|www\.)?github\.com(?:-[\w.-]*)?")  # `github.com-work` is a name of ssh's for it


@dataclass(frozen=True, slots=True)
class Facts:
    """What a repository uses."""

    pre_commit: bool
    services: tuple[str, ...]
    branch: str
    is_on_github: bool
    """On GitHub's own servers, or perhaps: GitHub Enterprise, Gitea and Forgejo have the same workflows."""

    @property
    def words(self) -> str:
        """The facts as people read them."""
        names = {"github": "GitHub", "gitlab": "GitLab"}
        used = [names[service] for service in self.services] + (["pre-commit"] if self.pre_commit else [])
        return f"uses {', '.join(used)}" if used else "uses neither GitHub nor GitLab nor pre-commit"


def facts(root: Path) -> Facts:
    """Look at a repository."""
    host = _host(root)
    is_on_github = bool(_GITHUB.fullmatch(host)) or not re.search(r"\w\.\w", host)
    return Facts((root / PRE_COMMIT).exists(), _services(root, host), _branch(root), is_on_github)


def _host(root: Path) -> str:
    """Return the host of `origin`; its address may hold a token, and is shown nowhere."""
    remote = _asked(root, "config", "--default", "", "--get", "remote.origin.url")
    found = re.search(r"^(?:[a-z+]+://)?(?:[^/@\s]*@)?([\w.-]+)", remote)
    return found[1].lower() if found else ""


def _services(root: Path, host: str) -> tuple[str, ...]:
    signs = (("github", ".github"), ("gitlab", GITLAB))
    return tuple(service for service, sign in signs if service in host or (root / sign).exists())


def _branch(root: Path) -> str:
    """Return the branch that a clone of `origin` begins on, else the current one, else `main`."""
    there = _asked(root, "for-each-ref", "--format=%(symref)", f"{_ORIGIN}HEAD")
    if there.startswith(_ORIGIN):
        return there.removeprefix(_ORIGIN)
    try:
        here = _asked(root, "symbolic-ref", "--quiet", "HEAD")
    except SourceError:  # a commit is checked out, and no branch
        here = ""
    return here.removeprefix(_HEADS) if here.startswith(_HEADS) else "main"


def _asked(root: Path, *arguments: str) -> str:
    from keyguard.git import calls

    return calls.run(arguments, cwd=root).decode("utf-8", "surrogateescape").removesuffix("\n")
