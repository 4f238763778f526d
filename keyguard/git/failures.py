"""What git says on its way out, in words of ours."""

from __future__ import annotations

import os
import shlex
import signal

from keyguard.errors import SourceError
from keyguard.expressions import expression
from keyguard.git.folders import enclosing

_OUTSIDE = expression(
    r"not a git repository|must be run in a work tree|cannot use bare repository|invalid gitfile format"
)
_DISTRUST = expression(r"dubious ownership|unsafe repository")
_MEMORY = expression(r"(?i)out of memory|cannot allocate memory")
_TOO_LARGE = -getattr(signal, "SIGXFSZ", 0)


class OutsideError(SourceError):
    """There is no work tree where git was asked, or no folder that can be entered."""


class KilledError(SourceError):
    """Something ended git, the system for want of memory perhaps: that answers no question, and is never a no."""


class BoundError(SourceError):
    """Git took more memory, or wrote more, than it may; `bound` says which."""

    def __init__(self, cwd: str, bound: str) -> None:
        super().__init__(
            f"git in {cwd!r} {bound}",
            "a repository of so few objects needs no more unless it is built to: `git count-objects -v` counts them",
        )
        self.bound = bound


def error_of(errors: bytes, cwd: str, code: int = 0) -> SourceError:
    """Put what git wrote on its way out, and the code that it ended with, into words of ours."""
    text = errors.decode("utf-8", "replace")
    if _OUTSIDE.search(text):
        return OutsideError(f"{cwd!r} is in no git work tree")
    if _DISTRUST.search(text):
        folder = enclosing(cwd) or cwd
        return SourceError(
            f"git does not trust the repository at {folder!r}: it belongs to {_owner(folder)}",
            f"if you trust it: git config --global --add safe.directory {shlex.quote(folder)}",
        )
    if _MEMORY.search(text):
        return BoundError(cwd, "needed more memory than it may take")
    if code and code == _TOO_LARGE:
        return BoundError(cwd, "wrote more than it may")
    ended = f"signal {-code} ended it" if code < 0 else "no reason given"
    fatal = next((line for line in text.splitlines() if line.startswith("fatal: ")), text.strip() or ended)
    kind = KilledError if code < 0 else SourceError
    return kind(f"git failed in {cwd!r}: {fatal.removeprefix('fatal: ')}", "run `git status` there to see more")


def _owner(folder: str) -> str:
    """Name who owns a repository; git asks that of the folder and of its `.git`."""
    places = (folder, os.path.join(folder, ".git"))  # noqa: PTH118 - strings, as in the package
    owners = [os.lstat(path).st_uid for path in places if os.path.lexists(path)]
    uid = next((uid for uid in owners if uid != os.geteuid()), -1) if hasattr(os, "geteuid") else -1
    if uid < 0:
        return "somebody else"
    import pwd  # there is none on Windows

    try:
        return f"user {pwd.getpwuid(uid).pw_name!r}"
    except KeyError:
        return f"user {uid}"
