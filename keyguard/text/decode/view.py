"""A text that a blob holds, and the way from a place in it back to the place that a person opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from keyguard.frozen import dataclass
from keyguard.model import INSIDE, Region

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Back: TypeAlias = "Callable[[Region], tuple[Region, tuple[str, ...]]]"
"""Gives the place that a region of the view stands for, and what more there is to say of it: ('cell 3',)."""


__all__ = ["INSIDE", "Back", "View", "label", "lines_back"]


@dataclass(frozen=True, slots=True)
class View:
    """One text of a blob; its pieces are to be read before the next view is asked for."""

    path: str  # as reports show it
    pieces: Iterable[bytes]  # raw or UTF-8, as `charset.Decoder` takes them
    via: tuple[str, ...] = ()  # what was opened or decoded, outermost first
    notation: str = ""  # an ending that says how the text is to be read, where the path does not: '.tsv'
    back: Back | None = None  # None where places are those of the member itself
    around: frozenset[str] = frozenset()  # what the text around this document mentions
    number: tuple[int, ...] = ()  # which of the blob's texts it is; of a document in another: that one's, and its own

    @property
    def reads_as(self) -> str:
        """Return the path by which the text is to be read."""
        return self.path + self.notation


def label(name: str) -> str:
    """Make a path of a member's name that leads nowhere: neither up, nor to the root, nor over a line's end."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    shown = "/".join(parts) or "unnamed"
    return "".join(c if c.isprintable() or "\udc80" <= c <= "\udcff" else "?" for c in shown[:1024])


def lines_back(numbers: Sequence[int], said: tuple[str, ...] = ()) -> Back:
    """Lead from lines of a view to lines of its container; `numbers` holds one for each line of the view."""

    def back(region: Region) -> tuple[Region, tuple[str, ...]]:
        line, end = (numbers[min(n, len(numbers)) - 1] if numbers else 1 for n in (region.line, region.end_line))
        return Region(line, region.column, max(line, end), region.end_column), said

    return back
