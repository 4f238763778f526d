"""Reads XML and HTML: elements are frames, attributes and element texts are named literals."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import regex

from keyguard.text.outline.frames import LABELS, MAX_DEPTH, Bond, Frame, Literal, Name, Source, opened, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyguard.text.outline.frames import Head

_TAG = regex.compile(
    r"<!--|-->|<!\[CDATA\[|\]\]>|<(?P<close>/?)(?P<tag>[A-Za-z_][\w:.\-]*)"
    r"(?P<attributes>(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+)(?P<empty>)>"
)
_ATTRIBUTE = regex.compile(r"([\w:.\-@]+)\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)')")


def read_markup(source: Source, root: Frame, heads: Sequence[Head] = ()) -> None:
    """Read all of a text as markup; tags that do not fit are passed over."""
    text, frame, position, comment = source.text, root, 0, False
    for order, head in enumerate(heads):
        frame = opened(head, order, frame)
    while position < len(text):
        found = _TAG.search(text, position)
        _element_text(source, frame, position, found.start() if found else len(text))
        if found is None:
            return
        source.step()
        position = found.end()
        if found["tag"]:
            frame = _follow_tag(source, frame, found, remark=comment)
        elif "--" in found[0]:
            comment = found[0] == "<!--"
            if comment:
                end = text.find("-->", position)
                source.comments.append((found.start(), end if end >= 0 else len(text)))


def _follow_tag(source: Source, frame: Frame, found: regex.Match[str], *, remark: bool) -> Frame:
    tag, attributes = found["tag"], found["attributes"]
    if found["close"]:
        closed = next((outer for outer in frame.chain() if outer.kind == "element" and outer.name == tag), None)
        return closed.parent or frame if closed else frame
    if sum(1 for _ in frame.chain()) >= MAX_DEPTH:
        return frame
    element = Frame("element", found.start(), frame, tag, inherited=(Name(frame.last, Bond.PAIR),), is_remark=remark)
    for attribute in _ATTRIBUTE.finditer(attributes):
        group = 2 if attribute[2] is not None else 3
        start = found.start("attributes") + attribute.start(group)
        value = _entities(attribute[group])
        names = (Name(attribute[1], Bond.ASSIGNED),)
        source.add(
            Literal(
                start,
                start + len(attribute[group]),
                value,
                quoted=True,
                names=names,
                frame=element,
                index=element.count,
            )
        )
        element.fact(attribute[1], value, remark=remark)
        element.count += 1
    empty = attributes.rstrip().endswith("/") or tag.lower() in {"br", "hr", "img", "input", "meta", "link"}
    return frame if empty else element


def _element_text(source: Source, frame: Frame, start: int, end: int) -> None:
    raw = source.text[start:end]
    stripped = raw.strip()
    if not stripped:
        return
    start += len(raw) - len(raw.lstrip())
    labels = [value for name, value in frame.facts if plain(name) in LABELS]
    # A cell's label is the cell before it, however deep the text lies in its own.
    near = next((f.inherited for f in itertools.islice(frame.chain(), 3) if any(n.text for n in f.inherited)), ())
    names = (*(Name(label, Bond.FRAME) for label in labels), Name(frame.name, Bond.ASSIGNED), *near)
    scope = frame.parent or frame
    source.add(
        Literal(
            start, start + len(stripped), _entities(stripped), quoted=True, names=names, frame=scope, index=scope.count
        )
    )
    scope.fact(frame.name, stripped)
    scope.count += 1
    scope.last = stripped if len(stripped) <= 60 else ""


def _entities(text: str) -> str:
    if "&" not in text:
        return text
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text
