"""Reads XML and HTML: elements are frames, attributes and element texts are named literals."""

from __future__ import annotations

import html
import itertools
from typing import TYPE_CHECKING

import regex

from keyguard.text.outline.frames import LABELS, MAX_DEPTH, NEUTRAL, Bond, Frame, Name, Token, plain

if TYPE_CHECKING:
    from keyguard.text.outline.source import Source

_TAG = regex.compile(
    r"<!--|-->|<!\[CDATA\[|\]\]>|<(?P<close>/?)(?P<tag>[A-Za-z_][\w:.\-]*)"
    r"(?P<attributes>(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+)(?P<empty>)>"
)
_ENTITY = regex.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,7});")
_ATTRIBUTE = regex.compile(r"([\w:.\-@]+)\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)')")


def read_markup(source: Source, root: Frame) -> None:
    """Read all of a text as markup; tags that do not fit are passed over."""
    text, frame, position, comment = source.text, root, 0, False
    while position < len(text):
        found = _TAG.search(text, position)
        _element_text(source, frame, position, found.start() if found else len(text))
        if found is None:
            return
        source.clock.step()
        position = found.end()
        if found["tag"]:
            frame = _follow_tag(source, frame, found, remark=comment)
        elif "--" in found[0]:
            comment = found[0] == "<!--"
            if comment:
                source.comment(found.start(), text.find("-->", position))


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


def _element_text(source: Source, frame: Frame, start: int, end: int) -> None:
    raw = source.text[start:end]
    stripped = raw.strip()
    if not any(map(str.isalnum, stripped)):
        return  # an operator that a highlighter put into an element of its own parts no name from its value
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
    source.add(token, names, scope, undo=decoded)
    scope.fact(frame.name, stripped)
    scope.count += 1
    scope.last = stripped if len(stripped) <= 60 else ""


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
