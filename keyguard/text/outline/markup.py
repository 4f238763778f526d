"""Reads XML and HTML: elements are frames, attributes and element texts are named literals."""

from __future__ import annotations

import html
import itertools
from typing import TYPE_CHECKING

from keyguard.expressions import regex_expression
from keyguard.text.outline.frames import LABELS, MAX_DEPTH, NEUTRAL, Bond, Frame, Name, Token, plain
from keyguard.text.outline.notations import COPULAS
from keyguard.text.outline.rows import kind_of
from keyguard.text.outline.table import is_turned

if TYPE_CHECKING:
    import regex

    from keyguard.text.outline.frames import Literal
    from keyguard.text.outline.source import Source

_TAG = regex_expression(
    r"<!--|-->|<!\[CDATA\[|\]\]>|<(?P<close>/?)(?P<tag>[A-Za-z_][\w:.\-]*)"
    r"(?P<attributes>(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+)(?P<empty>)>"
)
_ENTITY = regex_expression(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,7});")
_ATTRIBUTE = regex_expression(r"([\w:.\-@]+)\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)')")
_CELLS = frozenset(("td", "th"))
_PAGE = regex_expression(r"(?i)<(?:html|body|p|br|div|li|dt|td)\b")
# Elements of pages that only set off a part of a text; those of other markup are called so by chance.
_INLINE = frozenset(
    "a abbr b bdi big cite code em font i kbd label mark q s samp small span strong sub sup tt u var".split()
)
_SETS_OFF = regex_expression(rf"(?i)</?(?:{'|'.join(sorted(_INLINE))})(?:\s[^<>\n]{{0,200}})?>")
_FIELDS = frozenset(("input", "br", "wbr", "textarea"))  # they stand within a text
_NAMED = regex_expression(r"(?i)\b(?:name|placeholder|aria-label)\s*=")
_ASSIGNS = regex_expression(r"=\s*[^\s=]|[:\uff1a]\s*(?=\S*\d)[^\s:]{8}")  # NAME=V names nothing behind it
_LONGEST_NAME = 60  # code points
_SEPARATES = regex_expression(r"[:=\uff1a\uff1d\u2013\u2014-]\s+")  # <b>API key</b>: V


# <tag>..</tag> in a text that is no markup itself, of a tag that is none of a page's
_ELEMENT = regex_expression(
    r"<(?P<tag>[A-Za-z_][\w:.-]*+)(?:\s++[\w:.-]++\s*=\s*(?:\"[^\"<>]*+\"|'[^'<>]*+'))*+\s*(?:/>|>(?=\s*[^\s])(?:[^<]|<(?!/(?P=tag)>))*+</(?P=tag)>)"
)
_PAGES = _INLINE | frozenset(
    "html head body title meta link style script p br hr div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody"
    " tfoot tr th td caption pre blockquote img picture figure details summary section article header footer nav main"
    " aside form input button select option textarea center iframe svg path del ins".split()
)
_BLOCKS = frozenset("table tr dl ul ol li p".split())
_LONGEST_ELEMENT = 1 << 16


def element_end(text: str, at: int, end: int, *, in_page: bool) -> int:
    """Return where an element ends that begins in a text which is no markup itself, or -1; `in_page`: also a page's."""
    found = _ELEMENT.match(text, at, min(end, at + _LONGEST_ELEMENT))
    if found is None:
        return -1
    tag = found["tag"].lower()
    is_whole = in_page and tag in _BLOCKS and "\n\n" not in found[0]  # Markdown in a block stands between empty lines
    return found.end() if is_whole or tag not in _PAGES else -1


def inline_end(text: str, at: int) -> int:
    """Return where a tag ends that only sets off a part of a note, as Markdown has them, or -1."""
    found = _SETS_OFF.match(text, at)
    return found.end() if found else -1


def read_markup(source: Source, root: Frame, start: int = 0, end: int = -1) -> None:
    """Read all of a text as markup, or a part of it; tags that do not fit are passed over."""
    text, frame, position, comment = source.text, root, start, False
    end = end if end >= 0 else len(text)
    tables = _Tables()
    inline = _INLINE if _PAGE.search(text) else frozenset[str]()
    while position < end:
        found = _TAG.search(text, position, end)
        literal = _element_text(source, frame, position, found.start() if found else end)
        if literal is not None:
            tables.take(literal, frame)
        if found is None:
            break
        source.clock.step()
        position = found.end()
        if found["tag"]:
            frame = _follow_tag(source, frame, found, inline, remark=comment)
            tables.open(frame)
        elif "--" in found[0]:
            comment = found[0] == "<!--"
            if comment:
                source.comment(found.start(), text.find("-->", position))
    tables.bind()


def _follow_tag(
    source: Source, frame: Frame, found: regex.Match[str], inline: frozenset[str], *, remark: bool
) -> Frame:
    tag, attributes = found["tag"], found["attributes"]
    if found["close"]:
        closed = next((outer for outer in frame.chain() if outer.kind == "element" and outer.name == tag), None)
        return closed.parent or frame if closed else frame
    if sum(1 for _ in frame.chain()) >= MAX_DEPTH:
        return frame
    block, is_field = _block(frame), tag.lower() in _FIELDS
    before = Name(block.said or frame.last, Bond.PAIR)
    element = Frame("element", source.at(found.start()), frame, tag, inherited=(before,), is_remark=remark)
    element.sets_off = tag.lower() in inline
    if not is_field and not element.sets_off:
        block.said = ""
    called = () if not is_field or _NAMED.search(attributes) else (Name(before.text, Bond.FRAME),) * bool(before.text)
    for attribute in _ATTRIBUTE.finditer(attributes):
        group = 2 if attribute[2] is not None else 3
        start = found.start("attributes") + attribute.start(group)
        value = decoded(attribute[group])[0]
        token = Token(start, start + len(attribute[group]), value, quoted=True)
        names = (*(called if attribute[1].lower() == "value" else ()), Name(attribute[1], Bond.ASSIGNED))
        source.add(token, names, element, undo=decoded)
        element.fact(attribute[1], value, remark=remark)
        element.count += 1
    empty = attributes.rstrip().endswith("/") or tag.lower() in {"br", "hr", "img", "input", "meta", "link"}
    return frame if empty else element


def _element_text(source: Source, frame: Frame, start: int, end: int) -> Literal | None:
    block = _block(frame)
    raw = source.text[start:end]
    blanks = len(raw) - len(raw.lstrip())
    if block.said and (separator := _SEPARATES.match(raw, blanks)):
        blanks = separator.end()
    stripped = raw[blanks:].rstrip()
    if not any(map(str.isalnum, stripped)):
        return None  # an operator that a highlighter put into an element of its own parts no name from its value
    labels = [value for name, value in frame.facts if plain(name) in LABELS]
    near = _names_before(frame, block)
    is_letter = len(frame.name) == 1 and frame.name.lower() in _PAGES  # <p> is no name
    own: tuple[Name, ...] = (Name("element" if is_letter else frame.name, Bond.ASSIGNED),)
    if (frame is not block or plain(frame.name) in NEUTRAL) and not labels:
        own = (*(Name(name.text, Bond.FRAME) for name in near if name.text), *own)  # <key>N</key><string>V</string>
    names = (*(Name(label, Bond.FRAME) for label in labels), *own, *near)
    scope = block.parent or block
    token = Token(start + blanks, start + blanks + len(stripped), decoded(stripped)[0], quoted=True)
    number = len(source.literals)
    source.add(token, names, scope, undo=decoded)
    scope.fact(frame.name, stripped)
    scope.count += 1
    scope.last = block.said = _label(stripped)
    return source.literals[number]


def _label(text: str) -> str:
    """Return what a text calls the one behind it: Your API key is <code>V</code>."""
    if _ASSIGNS.search(text):
        return ""
    *words, last = text.split()
    if last.lower() in COPULAS:
        return " ".join(words[-3:])
    return text if len(text) <= _LONGEST_NAME else ""


def _block(frame: Frame) -> Frame:
    """Return the element that a text belongs to, whatever sets it off in there."""
    return next((outer for outer in frame.chain() if not outer.sets_off), frame)


def _names_before(frame: Frame, block: Frame) -> tuple[Name, ...]:
    """Return what a text is called by the text before it: in its own block, or in the element before."""
    if block.said:
        return (Name(block.said, Bond.PAIR),)
    # A cell's label is the cell before it, however deep the text lies in its own.
    return next((f.inherited for f in itertools.islice(frame.chain(), 3) if any(n.text for n in f.inherited)), ())


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
            table = table or (cell.parent and cell.parent.parent)  # of which only rows are there
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
        else:
            self._take_rows(rows)

    def _take_rows(self, rows: dict[Frame, list[Frame]]) -> None:
        """Take each row with two long values and more as a list of an account's, whose cells no header names."""
        for row, cells in rows.items():
            literals = [self._cells[cell] for cell in cells]
            if sum(1 for literal in literals if literal and kind_of(literal.value)) > 1:
                account = Frame("row", row.start, row.parent, count=len(cells))
                for index, literal in enumerate(literals):
                    if literal is not None:
                        literal.names, literal.frame, literal.index = (), account, index

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
