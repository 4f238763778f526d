"""7z: recognised, and reported as not opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.text.decode.budget import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import View


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:  # noqa: ARG001 - the room's form
    """Raise: no library of Python's own reads it."""
    raise Refused("it is a 7z archive, which is not opened; unpack it and scan what comes out")
