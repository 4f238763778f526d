"""The code of the scanned tree, as far as an audit asks what a project as a whole does."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from keyguard.detect.practice.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_PASSED = frozenset((".git", "node_modules", ".venv", "venv", "__pycache__", "vendor", "target", "dist"))
_FILES, _LARGEST = 5_000, 1024 * 1024  # that are read, and bytes of one


def code(root: str, languages: Collection[str]) -> Iterator[bytes] | None:
    """Return the texts of a project in some languages; None where there is none, or too much to tell."""
    paths = list(_paths(root, languages))
    return map(_read, paths) if 0 < len(paths) < _FILES else None


def _paths(root: str, languages: Collection[str]) -> Iterator[str]:
    number = 0
    for folder, folders, files in os.walk(root):
        folders[:] = [one for one in folders if one not in _PASSED]
        for file in files:
            if language_of(file) in languages:
                number += 1
                yield os.path.join(folder, file)  # noqa: PTH118
                if number == _FILES:
                    return


def _read(path: str) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return b""
    with open(descriptor, "rb") as file:  # noqa: PTH123
        return file.read(_LARGEST) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
