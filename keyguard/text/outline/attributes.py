"""Attributes, annotations and tags, whose default is that of the field or parameter which they stand at.

#[arg(long, default_value = "V")]       [DefaultValue("V")]              @DefaultValue("V")
okx_api_key: String,                    public string ApiKey { get; }    String apiKey();

APIKey string `env:"OKX_API_KEY" envDefault:"V"`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from keyguard.expressions import regex_expression
from keyguard.text.outline.frames import LABELS, NEUTRAL, Bond, Name, is_carrier, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyguard.text.outline.frames import Frame, Literal

_DECLARED = regex_expression(
    r"""(?:\s++|\#\[[^\[\]\n]*+\]|@[\w.]++(?:\([^()\n]*+\))?+|\[[A-Z][^\[\]\n]*+\]|//[^\n]*+)*+  # further ones
    (?P<words>(?:[\w.&*?\[\]]+(?:<[^<>\n]*+>)?[ \t]+){0,6}?)\$?(?P<name>[A-Za-z_]\w{0,79})[?!]?[ \t]*
    (?:\r?\n[ \t]*)?(?=:(?!:)|[;={(,)])""",
    regex.VERBOSE,
)
_NO_FIELDS = frozenset(
    "class struct enum interface record trait object module namespace fn fun func function def".split()
)
_ATTRIBUTE = regex_expression(r"#!?\[[ \t]*\w+(?:::\w+)*[ \t]*[(=]")
_TAG = regex_expression(r"\w+:\"(?:[^\"\\\n]|\\.)*\"(?:\s+\w+:\"(?:[^\"\\\n]|\\.)*\")*\s*")
_LABEL = regex_expression(r"[A-Za-z][\w.-]*[A-Za-z]")


def opens(text: str, at: int, callee: str, *, first: bool) -> bool:
    """Say whether a bracket opens an attribute; `first`: nothing of a statement stands before it."""
    if text[at] == "(":
        return callee[:1] == "@"
    return text[at] == "[" and (text[at - 1 : at] == "#" or first)


def is_attribute(text: str, at: int) -> bool:
    """Say whether a number sign opens an attribute, and no comment."""
    return _ATTRIBUTE.match(text, at) is not None


def is_tag(text: str) -> bool:
    """Say whether a string is the tag of a field of Go's."""
    return _TAG.fullmatch(text) is not None


def declared_behind(text: str, at: int) -> str:
    """Return the name of the field or parameter that is declared behind its attribute, which ends at a place."""
    found = _DECLARED.match(text, at)
    return found["name"] if found and _NO_FIELDS.isdisjoint(found["words"].split()) else ""


def label_of(attribute: Frame) -> str:
    """Return what an attribute calls its declaration: @AppStorage("okx_api_key") var k."""
    if attribute.kind != "(" or len(attribute.facts) != 1:
        return ""
    name, value = attribute.facts[0]
    return value if (not name or plain(name) in LABELS | NEUTRAL) and _LABEL.fullmatch(value) else ""


def name_defaults(name: str, literals: Sequence[Literal], attribute: Frame) -> None:
    """Give the defaults among an attribute's literals the name of what is declared behind it."""
    for frame in {id(literal.frame): literal.frame for literal in literals}.values():
        frame.inherited += (Name(name, Bond.WRAPPED),)
    for literal in literals:
        is_argument = bool(literal.names) and literal.names[0].bond is Bond.CALLEE
        if is_argument and is_carrier(literal.frame.name):
            literal.names, literal.frame = (Name(name, Bond.FRAME), *literal.names), attribute.parent or attribute
