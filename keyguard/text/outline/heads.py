"""Which lines, or openings within one, enclose a place in a large text, as an editor pins them to its top.

    okx:                 <- pinned
      live:              <- pinned
        ...
        api_key: K       <- read from here on

A window that is read behind these lines has the keys, sections, calls and columns around it, however far away they are.
"""

from __future__ import annotations

import functools

import regex

from keyguard.expressions import regex_expression
from keyguard.text.outline.frames import Notation, Syntax

REACH = 256 * 1024  # bytes that are looked through for the next line outwards
MAX_LINE = 400  # bytes; a longer line is data, not a head
MAX_LABEL = 120  # bytes before a bracket that name what it opens
MAX_HEADS = 24

_INDENT = regex_expression(rb"(?:[ \t]*\r?\n)*([ \t]*)(- )?")
_SECTION = regex_expression(rb"(?rm)^[ \t]*\[{1,2}[^\[\]\n=,{}@\"']{1,120}\]{1,2}[ \t]*(?:[#;][^\n]*)?\r?$")
_INSERT = regex_expression(rb"(?rmi)^[ \t]*(?:INSERT|REPLACE)[ \t]+INTO\b[^\n]*$")
_COPY = regex_expression(rb"(?rmi)^(?:COPY\b[^\n]*\bFROM[ \t]+stdin[^\n]*|\\\.\r?)$")
_BAR = rb"(?:\||\xe2\x94[\x82\x83]|\xe2\x95\x91)"  # of a table's row
_NO_ROW = regex_expression(rb"(?rm)^(?![ \t]*(?:%b|\+[-=+]|\xe2[\x94\x95]))[^\n]*\n" % _BAR)
_ROW = regex_expression(rb"(?m)^[ \t]*%b" % _BAR)
_BRACKET = regex_expression(rb"(?r)[()\[\]{}]")
_LABEL = regex_expression(rb"[^,;()\[\]{}\n]*\Z")
_REMARK = (b"#", b"//", b"*", b"/*", b"--", b"<!--", b"</")
_OPENS = b"([{"
_CLOSES = b")]}"


def heads(data: bytes, at: int, notation: Notation) -> list[tuple[int, int]]:
    """Return the spans of the lines that enclose what begins at `at`, with their ends of line, outermost first."""
    if notation.syntax is Syntax.TABLE:
        return [span for span in [_line(data, len(data) - len(data.lstrip()))] if span[1] <= at]
    indent = _indent(data, at)
    found = _enclosing(data, at, indent) if indent else []
    if not indent and notation.syntax is Syntax.CODE:
        found = _unclosed(data, at)
    if _ROW.match(data, at):
        found += _header(data, at)
    outermost = found[-1][0] if found else at
    return [*_titles(data, outermost, notation), *reversed(found)]


def _enclosing(data: bytes, at: int, indent: int) -> list[tuple[int, int]]:
    """Walk outwards by indentation, the innermost line first."""
    found: list[tuple[int, int]] = []
    low = max(0, at - REACH)
    while indent and len(found) < MAX_HEADS:
        hit = _less_than(indent).search(data, low, at)
        if hit is None:
            break
        at, indent = hit.start(), len(hit[1])
        span = _line(data, at)
        if _is_head(data[span[0] : span[1]]):
            found.append(span)
    return found


def _unclosed(data: bytes, at: int) -> list[tuple[int, int]]:
    """Walk outwards by brackets, the innermost first: of what is not indented, or all in one line."""
    found: list[tuple[int, int]] = []
    closed = 0
    for hit in _BRACKET.finditer(data, max(0, at - REACH // 8), at):
        closed += 1 if hit[0] in b")]}" else -1
        if closed < 0:
            closed = 0
            label = _LABEL.search(data, max(0, hit.start() - MAX_LABEL), hit.start())
            found.append((label.start() if label else hit.start(), hit.end()))
            if len(found) == MAX_HEADS:
                break
    return found


@functools.lru_cache(maxsize=256)
def _less_than(indent: int) -> regex.Pattern[bytes]:
    """Match the nearest line before that is indented by less, and no comment."""
    return regex.compile(rb"(?rm)^([ \t]{0,%d})(?!#|//)[^\s]" % (indent - 1))


def _is_head(line: bytes) -> bool:
    """Say whether a line opens what stands below it: all that it leaves open is at its end."""
    text = line.strip()
    if not text or len(text) > MAX_LINE or text.startswith(_REMARK):
        return False
    bare = text.rstrip(_OPENS)
    trailing = len(text) - len(bare)
    left = sum(text.count(sign) for sign in (b"(", b"[", b"{")) - sum(text.count(sign) for sign in (b")", b"]", b"}"))
    opens = trailing or text.endswith((b":", b"|", b">")) or text.startswith(b"- ")
    return bool(opens) and left <= trailing


def _titles(data: bytes, at: int, notation: Notation) -> list[tuple[int, int]]:
    """Return the line that titles a place from afar: a section's, a statement's whose rows are below it."""
    low = max(0, at - REACH)
    if _has_sections(notation) and (hit := _SECTION.search(data, low, at)):
        return [_line(data, hit.start())]
    if data[at : at + 1] == b"(" and (hit := _INSERT.search(data, low, at)):
        return [_line(data, hit.start())]
    if b"\t" in data[slice(*_line(data, at))] and (hit := _COPY.search(data, low, at)) and hit[0][:1] != b"\\":
        return [_line(data, hit.start())]
    return []


def _has_sections(notation: Notation) -> bool:
    return notation.syntax in {Syntax.LINE, Syntax.PROSE} or notation.label.endswith(".toml")


def _header(data: bytes, at: int) -> list[tuple[int, int]]:
    """Return the first row of a table whose rows begin with a bar."""
    hit = _NO_ROW.search(data, max(0, at - REACH), at)
    row = _ROW.search(data, hit.end() if hit else max(0, at - REACH), at)
    return [_line(data, row.start())] if row else []


def _line(data: bytes, at: int) -> tuple[int, int]:
    start = data.rfind(b"\n", 0, at) + 1
    end = data.find(b"\n", at)
    return start, len(data) if end < 0 else end + 1


def _indent(data: bytes, at: int) -> int | None:
    """Return how far the first line behind a place is indented; None where it is not a line's begin."""
    if at and data[at - 1 : at] != b"\n":
        return None
    found = _INDENT.match(data, at, at + MAX_LINE)
    return len(found[1]) if found else None
