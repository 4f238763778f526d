"""Pointers of git LFS: a few lines that stand for a file which is kept elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyguard.expressions import expression
from keyguard.text.decode.budget import Refused
from keyguard.text.decode.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit

HEAD = b"version https://git-lfs.github.com/spec/v1\n"
LONGEST = 1024  # bytes, as the specification has it
_POINTER = expression(
    re.escape(HEAD) + rb"(?:[a-z0-9.-]+ [^\n]*\n)*oid sha256:([0-9a-f]{64})\n(?:[a-z0-9.-]+ [^\n]*\n?)*"
)


def object_of(data: bytes) -> str:
    """Return the id of what a pointer stands for; nothing for what is none."""
    found = _POINTER.fullmatch(data) if data.startswith(HEAD) and len(data) <= LONGEST else None
    return found[1].decode() if found else ""


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:  # noqa: ARG001 - the room's form
    """Raise for a pointer; a text that only begins like one is read."""
    if object_of(body.peek(LONGEST + 1)):
        raise Refused("it is a pointer to a file in git LFS that is not here; `git lfs pull` brings it")
    yield View(path, body.text_pieces(), via)
