"""Who else may read a file, by the modes of POSIX; on Windows they say nothing, and nobody is named."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def mode(path: str) -> int | None:
    """Return the permission bits of a file; None where they mean nothing, or it is gone."""
    try:
        return None if os.name == "nt" else stat.S_IMODE(Path(path).stat().st_mode)
    except OSError:
        return None


def others(path: str) -> str:
    """Say who may read a file beside its owner: 'everybody', 'its group', or '' for nobody.

    A folder above it that lets nobody through keeps everybody out. A group of one's own has no other member.
    """
    bits = mode(path)
    if bits is None:
        return ""
    try:
        folders = [parent.stat() for parent in Path(path).parents]
        if bits & stat.S_IROTH and all(facts.st_mode & stat.S_IXOTH for facts in folders):
            return "everybody"
        facts = Path(path).stat()
        reaches = all(folder.st_mode & (stat.S_IXGRP | stat.S_IXOTH) for folder in folders)
    except OSError:
        return ""
    return "its group" if bits & stat.S_IRGRP and reaches and not _is_private(facts) else ""


def _is_private(facts: os.stat_result) -> bool:
    """Tell a group that is the user's alone, as many systems make one for each user."""
    import grp
    import pwd

    try:
        user, group = pwd.getpwuid(facts.st_uid).pw_name, grp.getgrgid(facts.st_gid)
    except KeyError:
        return False
    return group.gr_name == user and not set(group.gr_mem) - {user}
