"""Record in a wheel which commit of which repository it was built from, so that `keyguard init` can pin that.

Only of a folder whose files are those of its HEAD: else the record says what was in the way, and nothing of this ever
fails a build. Git is asked as keyguard itself asks it, so that nothing that the checkout's configuration names is run;
that a file is the commit's is told from its bytes, as `git status` would send them through the checkout's filters.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if TYPE_CHECKING:
    from collections.abc import Iterator

_IN_WHEEL = ("keyguard", "rules")
_LINK = "120000"


class Hook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the record to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the record beside the build, and have it taken into the wheel."""
        built = None if version == "editable" else checkout(Path(self.root))
        if built is None:
            return
        self._folder = tempfile.mkdtemp()
        record = Path(self._folder, "record.json")
        record.write_text(json.dumps(built, sort_keys=True) + "\n", "utf-8")
        build_data["force_include"][str(record)] = "keyguard/_built.json"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove what was written beside the build."""
        if folder := getattr(self, "_folder", None):
            shutil.rmtree(folder, ignore_errors=True)


class _UnknownError(Exception):
    """What keeps a checkout from being recorded, in a word that keyguard/home.py knows."""

    def __init__(self, word: str, commit: str | None = None) -> None:
        super().__init__(word)
        self.record = {"unknown": word} | ({"commit": commit} if commit else {})


class _NoAnswerError(Exception):
    """Git is not there, or does not answer."""


def checkout(root: Path) -> dict[str, str] | None:
    """Return the repository and the commit of a checkout, or what keeps them unknown; None where there is none."""
    sys.path.insert(0, str(root))
    try:
        return _recorded(root)
    except _UnknownError as why:
        return why.record
    except (ImportError, OSError, ValueError, _NoAnswerError):
        return None
    finally:
        sys.path.remove(str(root))


def _recorded(root: Path) -> dict[str, str] | None:
    top = _git(root, "rev-parse", "--show-toplevel")
    if not top or Path(top).resolve() != root.resolve():
        return None
    if _is_changed(root):
        raise _UnknownError("changed")
    commit = _git(root, "rev-parse", "--verify", "HEAD^{commit}")
    remotes = _git(root, "remote").split()
    remote = "origin" if "origin" in remotes else remotes[0] if len(remotes) == 1 else ""
    if not remote:
        raise _UnknownError("no-remote", commit)
    if _is_unpushed(root, remote):
        raise _UnknownError("unpushed")
    from keyguard.home import repository

    try:
        address = repository(
            _git(root, "config", "--get", f"remote.{remote}.url")
        )  # as it is written, without a credential
    except ValueError:
        raise _UnknownError("address", commit) from None
    return {"repository": address, "commit": commit}


def _is_changed(root: Path) -> bool:
    """Tell whether a tracked file differs from HEAD, or one that HEAD lacks would get into the wheel."""
    committed = dict(_committed(root))
    if any(not _is_same(root / name, *entry) for name, entry in committed.items()):
        return True
    listing = ("ls-files", "-z", "--cached", "--others", "--exclude-per-directory=.gitignore", "--", *_IN_WHEEL)
    return any(name not in committed for name in _git(root, *listing).split("\0") if name)


def _committed(root: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    """Return the name of each file of HEAD, with its mode and its id."""
    for entry in _git(root, "ls-tree", "-r", "-z", "--full-tree", "HEAD").split("\0"):
        if entry:
            about, _, name = entry.partition("\t")
            mode, _, id_ = about.split()
            yield name, (mode, id_)


def _is_same(path: Path, mode: str, id_: str) -> bool:
    """Tell whether a file is a blob, by its bytes; the line ends may be those of another system."""
    if path.is_symlink() != (mode == _LINK) or not (mode == _LINK or path.is_file()):
        return False
    content = os.fsencode(path.readlink()) if mode == _LINK else path.read_bytes()
    return any(_id(text, len(id_)) == id_ for text in (content, content.replace(b"\r\n", b"\n")))


def _id(content: bytes, digits: int) -> str:
    """Return the id that git gives a blob, in a repository whose ids have so many digits."""
    digest = hashlib.sha256() if digits == 64 else hashlib.sha1(usedforsecurity=False)
    digest.update(b"blob %d\0" % len(content) + content)
    return digest.hexdigest()


def _is_unpushed(root: Path, remote: str) -> bool:
    """Tell whether the remote may lack the commit, as far as the checkout knows."""
    known = ("for-each-ref", "--count=1", f"refs/remotes/{remote}")
    if _git(root, *known):
        return not _git(root, *known, "--contains=HEAD")
    if _git(root, "rev-parse", "--is-shallow-repository") == "true":
        return False
    try:
        return _git(root, "rev-parse", "FETCH_HEAD") != _git(root, "rev-parse", "HEAD")
    except _NoAnswerError:  # nothing was ever fetched
        return True


def _git(root: Path, *arguments: str) -> str:
    from keyguard.errors import KeyguardError
    from keyguard.git import calls

    try:
        return os.fsdecode(calls.run(arguments, cwd=root)).strip()
    except KeyguardError as error:
        raise _NoAnswerError from error
