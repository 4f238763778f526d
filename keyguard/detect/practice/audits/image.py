"""Images that take a whole folder along, with the file of a credential in it."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from keyguard.detect.practice.audits.protocol import Level, file_of, present, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.detect.practice.audits.protocol import Scan
    from keyguard.model import Match, Practice, Rule

name = "image"
levels = frozenset({Level.OUTCOME})

_FILE = re.compile(r"(?:^|/)\.env(?:\.(?!example|sample|template|dist)[\w-]+)?$")
_COPIES = re.compile(r"(?mi)^[ \t]*(?:COPY|ADD)[ \t]+(?!--from)(?:--\S+[ \t]+)*\.?/?[ \t]+\S")
_DOCKERFILES = ("Dockerfile", "Containerfile", "docker/Dockerfile", "Dockerfile.prod", "Dockerfile.live")
_LARGEST = 256 * 1024  # bytes of a Dockerfile or an ignore file


def look(rule: Rule, scan: Scan) -> Iterator[Practice]:
    """Yield one practice for each file of environment variables that an image takes along."""
    seen: set[str] = set()
    for match in (match for one in scan.open(rule) for match in present(one)):
        path = file_of(match)
        if path and path not in seen and _FILE.search(match.blob.path):
            seen.add(path)
            if dockerfile := _copied_by(match, path):
                copied = match.blob.path
                yield told(rule, match, f"{dockerfile} copies {copied} into its image", (dockerfile, copied))


def _copied_by(match: Match, path: str) -> str:
    """Return the Dockerfile at or above a file, whose folder it copies as a whole; '' for none."""
    root = path.replace(os.sep, "/").removesuffix(match.blob.path)
    folder = match.blob.path.rpartition("/")[0]
    while True:
        context = os.path.join(root, folder)  # noqa: PTH118
        for name_ in _DOCKERFILES:
            if _COPIES.search(_text(os.path.join(context, name_))):  # noqa: PTH118
                inside = match.blob.path[len(folder) :].lstrip("/")
                return "" if _is_left_out(context, inside) else f"{folder}/{name_}".lstrip("/")
        if not folder:
            return ""
        folder = folder.rpartition("/")[0]


def _is_left_out(context: str, inside: str) -> bool:
    from pathspec import GitIgnoreSpec

    patterns = _text(os.path.join(context, ".dockerignore")).splitlines()  # noqa: PTH118
    # Patterns begin at the folder, as those of git do that begin with '/'.
    anchored = [f"!/{one[1:].lstrip('/')}" if one.startswith("!") else f"/{one.lstrip('/')}" for one in patterns if one]
    return GitIgnoreSpec.from_lines(anchored).match_file(inside)


def _text(path: str) -> str:
    """Read a small file of the scanned tree; '' where there is none, or something else in its place."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return ""
    with open(descriptor, "rb") as file:  # noqa: PTH123
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        return file.read(_LARGEST).decode("utf-8", "replace")
