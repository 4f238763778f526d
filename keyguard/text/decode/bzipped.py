"""bzip2."""

from __future__ import annotations

import bz2
from typing import TYPE_CHECKING

from keyguard.text.decode.stream import single

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import View


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the views of what was packed."""
    return single(visit, body, path, via, bz2.BZ2Decompressor)
