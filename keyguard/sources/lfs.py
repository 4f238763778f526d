"""Files of git LFS that lie in a repository's own store, in place of the pointers that its work tree has."""

from __future__ import annotations

from pathlib import Path

from keyguard.text.decode.lfs import object_of


def stored(path: str, data: bytes) -> str:
    """Return where the store has what the pointer in a file stands for; nothing if it has not, and for other files."""
    if not (name := object_of(data)):
        return ""
    folders = (folder / ".git" / "lfs" / "objects" / name[:2] / name[2:4] for folder in Path(path).parents)
    places = (folder / name for folder in folders)
    return next((str(place) for place in places if place.is_file() and not place.is_symlink()), "")
