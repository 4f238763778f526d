"""A stream of zlib's, as programs keep texts in base64."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from keyguard.text.decode.stream import Inflater, single

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import View


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the views of what was packed."""
    return single(visit, body, path, via, lambda: Inflater(zlib.MAX_WBITS))
