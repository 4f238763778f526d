"""Where a text begins in its blob, and the lines and columns of what stands in it."""

from __future__ import annotations

from keyguard.frozen import dataclass
from keyguard.model import Region


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text begins in its blob: lines and code points before it, and code points before it on its first line."""

    lines: int = 0
    columns: int = 0
    offset: int = 0


class Lines:
    """Turns offsets into lines and columns; counts only as far as it is asked."""

    def __init__(self, text: str, place: Place) -> None:
        self.text, self.place = text, place
        self.at, self.line = 0, place.lines + 1

    def region(self, start: int, end: int) -> Region:
        """Return where a span stands in the blob."""
        first, column = self._position(start)
        last, end_column = self._position(end)
        return Region(first, column, last, end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        if offset >= self.at:
            self.line += self.text.count("\n", self.at, offset)
        else:
            self.line -= self.text.count("\n", offset, self.at)
        self.at = offset
        line_end = self.text.rfind("\n", 0, offset)
        return self.line, offset - line_end + (self.place.columns if line_end < 0 else 0)
