"""The folders that a client lets a server read: a path counts by what it leads to, links resolved."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from keyguard.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def of_uris(uris: Iterable[str]) -> list[str]:
    """Return the folders that addresses of files name; others name none."""
    parsed = (urlsplit(uri) for uri in uris)
    return [url2pathname(one.path) for one in parsed if one.scheme == "file" and one.netloc in {"", "localhost"}]


def of_start() -> list[str]:
    """Return the current folder, for a client that names none; but not a home, or what lies above one."""
    here, home = os.path.realpath("."), os.path.realpath(Path.home())
    if _is_below(home, here):
        raise RequestError("the client names no roots", "start the server in a project, or with --root DIR")
    return [here]


def within(paths: Sequence[str], roots: Sequence[str], limits: Sequence[str] = ()) -> list[str]:
    """Return what the paths lead to; RequestError for one outside of all roots, or of all limits where there are any.

    A relative path starts at the first root. A path is told by its number alone: nobody knows what it says.
    """
    if not roots:
        raise RequestError("the client names no folder that may be read")
    return [_within(number, path, roots, limits) for number, path in enumerate(paths, 1)]


def _within(number: int, path: str, roots: Sequence[str], limits: Sequence[str]) -> str:
    try:
        real = os.path.realpath(Path(roots[0], path))
    except (OSError, ValueError):  # a loop of links, a null byte
        raise RequestError(f"path {number} cannot be read") from None
    for allowed in (roots, limits or roots):
        if not any(_is_below(real, os.path.realpath(folder)) for folder in allowed):
            raise RequestError(f"path {number} lies outside of the folders that may be read")
    if not os.path.exists(real):  # noqa: PTH110 - as the rest
        raise RequestError(f"path {number} does not exist")
    return real


def _is_below(path: str, folder: str) -> bool:
    """Say whether a path is a folder or lies below it; both are resolved."""
    try:
        return os.path.commonpath([path, folder]) == folder
    except ValueError:  # on another drive
        return False
