"""Lines of a text report as spans of text and style: how they are wrapped, and written with colour or without."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, BinaryIO

from keyguard.display import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Span = tuple[str, str]  # a text, and the style it takes where there is colour
Line = tuple[Span, ...]


def wrapped(line: Line, width: int, label: int) -> Iterator[Line]:
    """Break a line that is too wide at its spaces, and nowhere else: a word may be a path or an address.

    What goes on stands below the text behind a label of at most so many columns, else two columns further in.
    """
    if sum(len(text) for text, _ in line) <= width:
        yield line
        return
    indent = _indent(line, label)
    row: list[Span] = []
    column = 0
    for text, style in _words(line):
        if not text.isspace() and column > indent and column + len(text) > width:
            yield _trimmed(row)
            row, column = [(" " * indent, "")], indent
        row.append((text, style))
        column += len(text)
    yield _trimmed(row)


def _words(line: Line) -> Iterator[Span]:
    for text, style in line:
        yield from ((piece, style) for piece in re.findall(r" +|[^ ]+", visible(text)))


def _indent(line: Line, label: int) -> int:
    first = line[0][0]
    if first.endswith(" ") and len(first) <= label:
        return len(first)
    return len(first) - len(first.lstrip(" ")) + 2


def _trimmed(row: list[Span]) -> Line:
    while row and row[-1][0].isspace():
        row.pop()
    return tuple(row)


def write_plain(lines: Iterable[Line], stream: BinaryIO) -> None:
    """Write the lines without their styles."""
    stream.writelines("".join(visible(text) for text, _ in line).encode() + b"\n" for line in lines)


def write_coloured(lines: Iterable[Line], stream: BinaryIO) -> None:
    """Write the lines with their styles, as sequences that any terminal knows."""
    from rich.console import Console
    from rich.text import Text

    sheet = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
    # The caller has looked at the terminal and the environment already; rich must not decide again.
    console = Console(
        file=sheet,
        force_terminal=True,
        color_system="standard",
        no_color=False,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=True,
    )
    try:
        for line in lines:
            console.print(Text.assemble(*((visible(text), style) for text, style in line)))
    finally:
        sheet.detach()
