"""Archives and images that are not opened: said by name, and read by their strings as any other binary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.text.decode import binary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import View


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield what stands in it unpacked."""
    visit.budget.note(path, f"it is packed as {via[-1]}, which is not opened")
    yield from binary.telling_parts(visit, body, path, via)
