"""Where a viewer of code may be sent: files of the work tree only, since it opens no commit."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard.model import Tracking

if TYPE_CHECKING:
    from keyguard.model import Finding, Match

# What says best to a reader why an alert stands on it.
_STAND_INS = (".keyguard.yml", ".keyguard.yaml", "pyproject.toml", "README.md", "README.rst", "README.txt", "README")


def work_tree_first(finding: Finding) -> Finding:
    """Return the finding with the places in the work tree before those that only history holds."""
    return replace(finding, matches=tuple(sorted(finding.matches, key=is_past)))


def is_past(match: Match) -> bool:
    """Tell a place that only a commit holds; the file of that path may be gone, or another one."""
    return match.blob.tracking is Tracking.COMMITTED


def exists(path: str, root: str) -> bool:
    """Tell whether a path leads to a file below the root, without leaving it through a link."""
    try:
        whole = os.path.realpath(os.path.join(root, path))  # noqa: PTH118 - the path may hold any byte
        return Path(whole).is_file() and Path(whole).is_relative_to(os.path.realpath(root))
    except (OSError, ValueError):  # a name that no file can have
        return False


def stand_in(root: str) -> str | None:
    """Return a file that is there for one that is gone: the configuration, else the README, else any."""
    for name in _STAND_INS:
        if exists(name, root):
            return name
    try:
        names = sorted(path.name for path in Path(root).iterdir())
        return next((name for name in names if exists(name, root)), None)
    except OSError:
        return None
