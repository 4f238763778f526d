"""What is worth remembering between runs, in the user's cache folder: checked packs and compiled gates.

Nothing of what was scanned is kept, and the folder may be deleted at any time. It is used only when it is the
user's own, since a compiled database is taken as it is.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def folder() -> Path:
    """Return keyguard's cache folder; `KEYGUARD_CACHE_DIR` moves it."""
    if chosen := os.environ.get("KEYGUARD_CACHE_DIR"):
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_cache_dir("keyguard", appauthor=False))


def remember(key: str, make: Callable[[], bytes]) -> bytes:
    """Return what is kept under a key, or make it and keep it; a cache that cannot be used costs time only.

    Each entry begins with its SHA-256, so that a damaged one is made anew instead of being believed.
    """
    place = folder()
    path = place / key
    try:
        if _is_ours(place):
            kept = path.read_bytes()
            if hashlib.sha256(kept[32:]).digest() == kept[:32]:
                return kept[32:]
    except OSError:
        pass
    data = make()
    with contextlib.suppress(OSError):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_ours(place):
            _write(path, hashlib.sha256(data).digest() + data)
    return data


def _is_ours(place: Path) -> bool:
    facts = place.stat()
    owner = not hasattr(os, "geteuid") or facts.st_uid == os.geteuid()
    return owner and (os.name == "nt" or not facts.st_mode & 0o022)


def _write(path: Path, data: bytes) -> None:
    """Write at once or not at all, so that processes side by side never read half a file."""
    import tempfile

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
