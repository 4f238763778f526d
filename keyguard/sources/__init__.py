"""Where bytes come from: the `Source` protocol, one file per kind of source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from keyguard.errors import SourceError
    from keyguard.model import Blob, Skipped

PIECE = 8 * 1024 * 1024
"""The most bytes that a source hands out at once; whatever a file's size, no more of it is in memory."""


class Source(Protocol):
    """Names blobs in an order that is the same on every run, and reads them; trouble is noted, never raised.

    The three notes are complete when all blobs have been named and read. `pieces` may be called from several threads.
    """

    skipped: list[Skipped]  # what could not be read, with the reason
    left_out: Counter[str]  # what was passed over by design, with counts
    failures: list[SourceError]  # targets that cannot be scanned; the rest is, and the run then exits with 2

    def blobs(self) -> Iterator[Blob]:
        """Name what there is to read; a size of 0 may mean that nobody has looked yet."""
        ...

    def pieces(self, blob: Blob) -> Iterator[bytes]:
        """Read one blob: most give one piece, an empty one the empty piece; none at all means that it was not read."""
        ...
