"""Record in a wheel which commit of which repository it was built from, so that `keyguard init` can pin that.

Only of a folder whose files are those of its HEAD: else the record says what was in the way, and nothing of this ever
fails a build.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_IN_WHEEL = ("keyguard", "rules")


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


def checkout(root: Path) -> dict[str, str] | None:
    """Return the repository and the commit of a checkout, or what keeps them unknown; None where there is none."""
    try:
        return _recorded(root)
    except _UnknownError as why:
        return {"unknown": str(why)}
    except (ImportError, OSError, ValueError, subprocess.SubprocessError):
        return None


def _recorded(root: Path) -> dict[str, str] | None:
    top = _git(root, "rev-parse", "--show-toplevel")
    if not top or Path(top).resolve() != root.resolve():
        return None
    if _changed(root):
        raise _UnknownError("changed")
    remotes = _git(root, "remote").split()
    remote = "origin" if "origin" in remotes else remotes[0] if len(remotes) == 1 else ""
    if not remote:
        raise _UnknownError("no-remote")
    if _is_unpushed(root, remote):
        raise _UnknownError("unpushed")
    address = _git(root, "config", "--get", f"remote.{remote}.url")
    return {"repository": _plain(root, address), "commit": _git(root, "rev-parse", "--verify", "HEAD^{commit}")}


def _changed(root: Path) -> bool:
    """Tell whether a tracked file differs from HEAD, or one that git does not track would get into the wheel."""
    others = ("ls-files", "--others", "--exclude-per-directory=.gitignore", "--", *_IN_WHEEL)
    return bool(_git(root, "status", "--porcelain", "--untracked-files=no") or _git(root, *others))


def _is_unpushed(root: Path, remote: str) -> bool:
    """Tell whether the remote may lack the commit, as far as the checkout knows."""
    known = ("for-each-ref", "--count=1", f"refs/remotes/{remote}")
    if _git(root, *known):
        return not _git(root, *known, "--contains=HEAD")
    if _git(root, "rev-parse", "--is-shallow-repository") == "true":
        return False
    try:
        return _git(root, "rev-parse", "FETCH_HEAD") != _git(root, "rev-parse", "HEAD")
    except subprocess.CalledProcessError:  # nothing was ever fetched
        return True


def _plain(root: Path, address: str) -> str:
    """Return an address as keyguard itself writes it, without a credential."""
    sys.path.insert(0, str(root))
    try:
        from keyguard.home import repository

        return repository(address)
    except ValueError:
        raise _UnknownError("address") from None
    finally:
        sys.path.remove(str(root))


def _git(root: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(root), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60).stdout.decode().strip()
