"""Changes of a JSON file that keep every other byte: its comments, order and layout are somebody's.

A file is parsed to find places in its text, with comments and commas before a closing bracket as agents allow them, and
never written from what was parsed.
"""

from __future__ import annotations

import json
import re
from dataclasses import field
from typing import TYPE_CHECKING, Any

from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"(?:[ \t\r\n]+|//[^\r\n]*|/\*[\s\S]*?\*/)*")
_TO_LINE_END = re.compile(r"(?:[ \t]|/\*(?:(?!\*/)[^\r\n])*\*/)*(?://[^\r\n]*)?(?=\r?\n|\Z)")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_SCALAR = re.compile(r"-?[0-9][0-9.eE+-]*|true|false|null")
_INDENT = re.compile(r"(?m)^([ \t]+)\S")
_DEEPEST = 60


class BrokenError(ValueError):
    """The text is no JSON."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place; of an element of an object, `start` is where its name begins."""

    start: int
    end: int
    value: Any  # what it says
    at: int  # where the value itself begins
    items: tuple[Node, ...] = ()
    named: dict[str, Node] = field(default_factory=dict)


def parsed(text: str) -> Node:
    """Return the value that a text is; BrokenError where it is none."""
    begin = 1 if text.startswith("\ufeff") else 0
    node = _node(text, _skip(text, begin), 0)
    if _skip(text, node.end) != len(text):
        raise BrokenError
    return node


def appended(text: str, node: Node, value: Any, name: str | None = None) -> str:
    """Return the text with an element at the end of an object or an array; an object's element has a name."""
    head = f"{json.dumps(name)}: " if name is not None else ""
    if not node.items:
        return _filled(text, node, head, value)
    last = node.items[-1]
    comma = _comma(text, last.end)
    behind = comma or last.end
    if "\n" not in text[node.at : last.start]:
        element = f" {head}{json.dumps(value, ensure_ascii=False)}"
        return f"{text[:behind]}{element},{text[behind:]}" if comma else f"{text[:behind]},{element}{text[behind:]}"
    # What stands behind the last element on its line is said of that.
    line_end = found.end() if (found := _TO_LINE_END.match(text, behind)) else behind
    before = f"{text[: last.end]}{'' if comma else ','}{text[last.end : line_end]}"
    element = _rendered(text, head, value, _indent_of(text, last.start))
    return f"{before}{element}{',' if comma else ''}{text[line_end:]}"


def _filled(text: str, node: Node, head: str, value: Any) -> str:
    """Return the text with the first element of a container, on lines of its own."""
    outer = _indent_of(text, node.at)
    inside = text[node.at + 1 : node.end - 1].rstrip()
    element = _rendered(text, head, value, outer + _unit(text))
    return f"{text[: node.at + 1]}{inside}{element}{_newline(text)}{outer}{text[node.end - 1 :]}"


def removed(text: str, node: Node, number: int) -> str:
    """Return the text without one element of an object or an array."""
    item = node.items[number]
    begin = node.at + 1
    if number:
        before = _comma(text, node.items[number - 1].end) or item.start
        begin = found.end() if (found := _TO_LINE_END.match(text, before)) else before
    end = _comma(text, item.end) or item.end
    if number and number == len(node.items) - 1 and not _comma(text, item.end):
        previous = node.items[number - 1].end
        comma = (_comma(text, previous) or previous + 1) - 1
        return text[:comma] + text[comma + 1 : begin] + text[item.end :]
    if len(node.items) == 1 and not text[begin : item.start].strip() and not text[end : node.end - 1].strip():
        return text[:begin] + text[node.end - 1 :]
    return text[:begin] + text[end:]


def _node(text: str, at: int, depth: int, start: int | None = None) -> Node:
    if depth > _DEEPEST:
        raise BrokenError
    begin = at if start is None else start
    if text[at : at + 1] in {"{", "["}:
        return _container(text, at, depth, begin)
    found = _STRING.match(text, at) or _SCALAR.match(text, at)
    if found is None:
        raise BrokenError
    try:
        return Node(begin, found.end(), json.loads(found[0]), at)
    except ValueError:
        raise BrokenError from None


def _container(text: str, at: int, depth: int, begin: int) -> Node:
    is_object = text[at] == "{"
    close = "}" if is_object else "]"
    items = list(_items(text, at + 1, depth, close, is_object=is_object))
    end = items.pop().end
    named = {json.loads(_matched(text, item.start)): item for item in items} if is_object else {}
    if is_object and len(named) < len(items):
        raise BrokenError  # a name that stands twice: which of them counts is the reader's choice
    value: Any = {name: item.value for name, item in named.items()} if is_object else [item.value for item in items]
    return Node(begin, end, value, at, tuple(items), named)


def _items(text: str, at: int, depth: int, close: str, *, is_object: bool) -> Iterator[Node]:
    """Yield the elements of a container, and its closing bracket at last."""
    at = _skip(text, at)
    while text[at : at + 1] != close:
        start = at
        if is_object:
            at = _skip(text, at + len(_matched(text, at)))
            if text[at : at + 1] != ":":
                raise BrokenError
            at = _skip(text, at + 1)
        item = _node(text, at, depth + 1, start)
        yield item
        at = _skip(text, item.end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != close:
            raise BrokenError
    yield Node(at, at + 1, None, at)


def _matched(text: str, at: int) -> str:
    found = _STRING.match(text, at)
    if found is None:
        raise BrokenError
    return found[0]


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _comma(text: str, at: int) -> int | None:
    """Return where the comma behind an element ends; None if there is none."""
    after = _skip(text, at)
    return after + 1 if text[after : after + 1] == "," else None


def _indent_of(text: str, at: int) -> str:
    """Return the white space that the line of a place begins with."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _rendered(text: str, head: str, value: Any, indent: str) -> str:
    """Return an element as it stands on lines of its own, in the layout of the text."""
    lines = json.dumps(value, ensure_ascii=False, indent=_unit(text)).split("\n")
    lines[0] = head + lines[0]
    return "".join(f"{_newline(text)}{indent}{line}" for line in lines)


def _unit(text: str) -> str:
    return found[1] if (found := _INDENT.search(text)) else "  "


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
