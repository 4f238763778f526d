"""Whether the index is what git wrote: git itself compares its checksum only in `git fsck`."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard.errors import SourceError

if TYPE_CHECKING:
    from keyguard.git.model import Repository

_PIECE = 1 << 20


def check(repository: Repository) -> None:
    """Raise SourceError if the index was changed since git wrote it: it may name fewer paths, or other contents."""
    index = Path(repository.index)
    shared = sorted(index.parent.glob("sharedindex.*")) if index.name == "index" else []
    for place in (index, *shared):
        if _is_changed(place, repository.algorithm):
            raise SourceError(
                f"the index of {repository.folder!r} is damaged: its checksum is wrong",
                "make it anew from HEAD: remove the file that `git rev-parse --git-path index` names, then `git reset`",
            )


def _is_changed(place: Path, algorithm: str) -> bool:
    digest = hashlib.new(algorithm, usedforsecurity=False)
    try:
        with open(place, "rb", opener=_without_waiting) as file:
            left = os.fstat(file.fileno()).st_size - digest.digest_size
            while left > 0 and (piece := file.read(min(left, _PIECE))):
                digest.update(piece)
                left -= len(piece)
            written = file.read(digest.digest_size)
    except OSError:
        return False  # there is none, or git says why it cannot read it
    return left >= 0 and written not in {digest.digest(), bytes(digest.digest_size)}  # zeros: index.skipHash


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
