"""One text that no file has to hold, under a name of the caller's."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from keyguard.model import Blob
from keyguard.sources import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from keyguard.errors import SourceError
    from keyguard.model import Skipped


class TextSource(Source):
    """One text as a source."""

    def __init__(self, path: str, text: bytes) -> None:
        self.skipped: list[Skipped] = []
        self.left_out: Counter[str] = Counter()
        self.failures: list[SourceError] = []
        self._path, self._text = path, text

    def blobs(self) -> Iterator[Blob]:
        """Name the one text."""
        yield Blob(self._path, self._path, len(self._text))

    def read(self, blobs: Sequence[Blob]) -> Iterator[tuple[Blob, Iterable[bytes]]]:
        """Return the text, as often as it is asked for."""
        return ((blob, [self._text]) for blob in blobs)
