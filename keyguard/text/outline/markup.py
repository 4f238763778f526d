"""Reads XML and HTML: elements are frames, attributes and element texts are named literals."""

from __future__ import annotations

import html
import itertools
from typing import TYPE_CHECKING

import regex

from keyguard.text.outline.frames import LABELS, MAX_DEPTH, NEUTRAL, Bond, Frame, Name, Token, plain
from keyguard.text.outline.rows import kind_of
from keyguard.text.outline.table import is_turned

if TYPE_CHECKING:
    from keyguard.text.outline.frames import Literal
    from keyguard.text.outline.source import Source

_TAG = regex.compile(
    r"<!--|-->|<!\[CDATA\[|\]\]>|<(?P<close>/?)(?P<tag>[A-Za-z_][\w:.\-]*)"
    r"(?P<attributes>(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+)(?P<empty>)>"
)
_ENTITY = regex.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,7});")
_ATTRIBUTE = regex.compile(r"([\w:.\-@]+)\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)')")
_CELLS = frozenset(("td", "th"))


def read_markup(source: Source, root: Frame) -> None:
    """Read all of a text as markup; tags that do not fit are passed over."""
    text, frame, position, comment = source.text, root, 0, False
    tables = _Tables()
    while position < len(text):
        found = _TAG.search(text, position)
        literal = _element_text(source, frame, position, found.start() if found else len(text))
        if literal is not None:
            tables.take(literal, frame)
        if found is None:
            break
        source.clock.step()
        position = found.end()
        if found["tag"]:
            frame = _follow_tag(source, frame, found, remark=comment)
            tables.open(frame)
        elif "--" in found[0]:
            comment = found[0] == "<!--"
            if comment:
                source.comment(found.start(), text.find("-->", position))
    tables.bind()


def _follow_tag(source: Source, frame: Frame, found: regex.Match[str], *, remark: bool) -> Frame:
    tag, attributes = found["tag"], found["attributes"]
    if found["close"]:
        closed = next((outer for outer in frame.chain() if outer.kind == "element" and outer.name == tag), None)
        return closed.parent or frame if closed else frame
    if sum(1 for _ in frame.chain()) >= MAX_DEPTH:
        return frame
    element = Frame(
        "element", source.at(found.start()), frame, tag, inherited=(Name(frame.last, Bond.PAIR),), is_remark=remark
    )
    for attribute in _ATTRIBUTE.finditer(attributes):
        group = 2 if attribute[2] is not None else 3
        start = found.start("attributes") + attribute.start(group)
        value = decoded(attribute[group])[0]
        token = Token(start, start + len(attribute[group]), value, quoted=True)
        source.add(token, (Name(attribute[1], Bond.ASSIGNED),), element, undo=decoded)
        element.fact(attribute[1], value, remark=remark)
        element.count += 1
    empty = attributes.rstrip().endswith("/") or tag.lower() in {"br", "hr", "img", "input", "meta", "link"}
    return frame if empty else element


def _element_text(source: Source, frame: Frame, start: int, end: int) -> Literal | None:
    raw = source.text[start:end]
    stripped = raw.strip()
    if not any(map(str.isalnum, stripped)):
        return None  # an operator that a highlighter put into an element of its own parts no name from its value
    start += len(raw) - len(raw.lstrip())
    labels = [value for name, value in frame.facts if plain(name) in LABELS]
    # A cell's label is the cell before it, however deep the text lies in its own.
    near = next((f.inherited for f in itertools.islice(frame.chain(), 3) if any(n.text for n in f.inherited)), ())
    own: tuple[Name, ...] = (Name(frame.name, Bond.ASSIGNED),)
    if plain(frame.name) in NEUTRAL and not labels:
        own = (*(Name(name.text, Bond.FRAME) for name in near if name.text), *own)  # <key>N</key><string>V</string>
    names = (*(Name(label, Bond.FRAME) for label in labels), *own, *near)
    scope = frame.parent or frame
    token = Token(start, start + len(stripped), decoded(stripped)[0], quoted=True)
    number = len(source.literals)
    source.add(token, names, scope, undo=decoded)
    scope.fact(frame.name, stripped)
    scope.count += 1
    scope.last = stripped if len(stripped) <= 60 else ""
    return source.literals[number]


class _Tables:
    """The cells of a text's tables: a header names columns; where these are accounts, a label names a row's cells."""

    def __init__(self) -> None:
        self._cells: dict[Frame, Literal | None] = {}  # with their first text, in their order

    def open(self, element: Frame) -> None:
        """Keep an element that is a cell."""
        if element.name.lower() in _CELLS:
            self._cells.setdefault(element, None)

    def take(self, literal: Literal, frame: Frame) -> None:
        """Keep the first text of the cell that it stands in."""
        cell = next((outer for outer in frame.chain() if outer in self._cells), None)
        if cell is not None and self._cells[cell] is None:
            self._cells[cell] = literal

    def bind(self) -> None:
        """Give the cells of each table the names that its header or its labels give."""
        tables: dict[Frame, dict[Frame, list[Frame]]] = {}
        for cell in self._cells:
            table = next((outer for outer in cell.chain() if outer.name.lower() == "table"), None)
            if table is not None and cell.parent is not None:
                tables.setdefault(table, {}).setdefault(cell.parent, []).append(cell)
        for table, rows in tables.items():
            self._bind(table, rows)

    def _bind(self, table: Frame, rows: dict[Frame, list[Frame]]) -> None:
        header = next(iter(rows.values()))
        heads = [cell.name.lower() == "th" for cell in header]
        texts = [[self._text(cell) for cell in cells] for cells in rows.values()]
        if is_turned(texts):
            self._turn(table, rows)
        elif len(heads) > 1 and (all(heads) or len(heads) > 2) and not any(map(kind_of, texts[0])):
            self._name_columns(texts[0], rows)

    def _text(self, cell: Frame) -> str:
        literal = self._cells[cell]
        return literal.value if literal else ""

    def _turn(self, table: Frame, rows: dict[Frame, list[Frame]]) -> None:
        accounts: dict[int, Frame] = {}
        for label, *cells in rows.values():
            for index, literal in enumerate(map(self._cells.get, cells)):
                if literal is not None:
                    account = accounts.setdefault(index, Frame("row", literal.start, table, is_entry=True))
                    literal.names, literal.frame = (Name(self._text(label), Bond.ASSIGNED),), account

    def _name_columns(self, header: list[str], rows: dict[Frame, list[Frame]]) -> None:
        for row, cells in itertools.islice(rows.items(), 1, None):
            for column, literal in zip(header, map(self._cells.get, cells), strict=False):
                if literal is not None and column and plain(column) not in NEUTRAL:
                    others = (name for name in literal.names if name.bond is not Bond.ASSIGNED)
                    literal.names, literal.frame = (Name(column, Bond.ASSIGNED), *others), row


def decoded(raw: str) -> tuple[str, list[int]]:
    """Undo character references, and return where each character began, and the end."""
    pieces: list[str] = []
    offsets: list[int] = []
    position = 0
    for found in _ENTITY.finditer(raw) if "&" in raw else ():
        character = html.unescape(found[0])
        pieces += [raw[position : found.start()], character]
        offsets += [*range(position, found.start()), *[found.start()] * len(character)]
        position = found.end()
    pieces.append(raw[position:])
    offsets += range(position, len(raw) + 1)
    return "".join(pieces), offsets
