"""What a report tells of the git repository that was scanned: its remote, HEAD's commit and the branch.

GitPython reads it from files alone: no command runs, for the repository's configuration could name one. Nothing there
is trusted: a remote's URL may hold a password, an included file may be a device, a ref may be a pipe.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from keyguard.model import Repository
from keyguard.signals import postponed

# GitPython runs the git of the PATH when it is imported, which may be one that the scanned tree brought along; what is
# read here needs none.
_WITHOUT_GIT = {"GIT_PYTHON_REFRESH": "quiet", "GIT_PYTHON_GIT_EXECUTABLE": os.devnull}
_BEFORE = {name: os.environ.get(name) for name in _WITHOUT_GIT}
os.environ.update(_WITHOUT_GIT)
try:
    from git import GitConfigParser, Repo, SymbolicReference
finally:
    for _name, _value in _BEFORE.items():
        os.environ.pop(_name) if _value is None else os.environ.update({_name: _value})

_LARGEST = 64 << 20  # bytes of a file of git's; the packed refs of 500,000 branches take half of that
_SCHEMES = {"https", "http", "ssh", "git"}
_REF = re.compile(r"ref: (refs/[^\s\x00-\x1f]+)")


def read(root: Path) -> Repository | None:
    """Return what is known of the repository that holds `root`; None outside of one, or when it cannot be read."""
    with postponed():  # a signal in one of GitPython's destructors would be lost, and printed as a fault
        try:
            if not _can_be_opened(root):
                return None
            found = _Files(root, search_parent_directories=True, expand_vars=False)
            return Repository(found.remote_url, found.revision, found.branch)
        except Exception:  # noqa: BLE001 - GitPython raises errors of every kind, and a report is whole without this
            return None


def public(url: str) -> str | None:
    """Return a remote's URL without user, password, query and fragment; None for what is no place on a network."""
    if short := re.fullmatch(r"(?:[^@/:]+@)?([A-Za-z0-9.-]{2,}):(?!//|:)(.+)", url):  # git@host:path
        url = f"ssh://{short[1]}/{short[2].lstrip('/')}"
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme not in _SCHEMES or not re.fullmatch(r"[a-z0-9.:_-]+", host):
        return None
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{port}{quote(parts.path, safe='/%~+@,')}"


class _Files(Repo):
    """A repository as its files tell of it: its configuration is one file, without what that includes."""

    def _config_reader(self, config_level: Any = None, git_dir: Any = None) -> GitConfigParser:  # noqa: ARG002
        path = Path(git_dir or self.common_dir, "config")
        return GitConfigParser([str(path)] if _is_sane(path) else [], read_only=True, merge_includes=False)

    @property
    def remote_url(self) -> str | None:
        """Where it came from: `origin`, else the first remote that has a URL."""
        config = self.config_reader("repository")
        remotes = sorted(
            (name for name in config.sections() if name.startswith("remote ") and config.has_option(name, "url")),
            key=lambda name: (name != 'remote "origin"', name),
        )
        return public(str(config.get(remotes[0], "url"))) if remotes else None

    @cached_property
    def _head(self) -> str | None:
        """The ref that HEAD stands for."""
        path = Path(self.git_dir, "HEAD")
        named = _REF.match(path.read_text("utf-8")) if _is_sane(path) else None
        return named[1] if named else None

    @property
    def branch(self) -> str | None:
        """The branch that is checked out, also one without a commit."""
        return self._head.removeprefix("refs/heads/") if self._head else None

    @property
    def revision(self) -> str | None:
        """HEAD's commit; None before the first one."""
        common = Path(self.common_dir)
        used = [Path(self.git_dir, "HEAD"), common / "packed-refs", *([common / self._head] if self._head else [])]
        if not all(_is_sane(path) or not path.exists() for path in used):
            return None
        try:
            return SymbolicReference.dereference_recursive(self, "HEAD")
        except ValueError:
            return None


def _can_be_opened(root: Path) -> bool:
    """Tell whether GitPython, which reads HEAD to know a repository by, would not wait for a pipe."""
    for folder in (root.absolute(), *root.absolute().parents):
        entry = folder / ".git"
        if entry.is_file() and _is_sane(entry):
            entry = folder / entry.read_text("utf-8", "surrogateescape").removeprefix("gitdir:").strip()
        heads = [head for head in (entry / "HEAD", folder / "HEAD") if head.exists()]
        if heads or entry.exists():
            return all(map(_is_sane, heads))
    return False


def _is_sane(path: Path) -> bool:
    """Tell a file of a size that git would write from a pipe, a device and a trap."""
    return path.is_file() and path.stat().st_size <= _LARGEST
