"""A file of a git store that says of a part of the history that it lies elsewhere: only what is there can be read.

objects/info/alternates    folders of other stores, whose objects this one borrows
shallow                    the commits whose parents were not cloned
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import View

_ALTERNATES = "/objects/info/alternates"
_BORROWS = "the git repository there borrows objects of another one, which were not read"
_SHALLOW = "the clone there is shallow: what came before its oldest commits is not in it"
_FOLDERS = re.compile(rb"^[^#\s]", re.MULTILINE)
_COMMITS = re.compile(rb"(?:[0-9a-f]{40}(?:[0-9a-f]{24})?\n)+")
_HEAD = 4096


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the file as it is; any other of that name is a text like others."""
    head = body.peek(_HEAD)
    if f"/{path}".endswith(_ALTERNATES):
        if _FOLDERS.search(head):
            visit.budget.note(path, _BORROWS)
    elif path.endswith("/shallow") and _COMMITS.match(head):
        visit.budget.note(path, _SHALLOW)
    yield from visit.text(body, path, via)
