"""A bundle of git: a few lines of text, and a pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.text.decode.budget import Refused
from keyguard.text.decode.gitpack import of_pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import View


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the views of its pack."""
    data = body.whole()
    start = data.find(b"\n\nPACK", 0, 1 << 20)
    if start < 0:
        raise Refused("it is damaged or cut off")
    with visit.budget.holding(2 * len(data)):
        yield from of_pack(visit, data[start + 2 :], path, via)
