r"""What a text assigns to what: a tolerant reader of any language's literals, with their names and surroundings.

A credential's parts are recognised by what they are bound to, in whatever notation a bot, a config or a note
happens to use. So one reader turns every text into the same few shapes, without knowing its grammar:

    okx: {apiKey: "K"}          Frame {okx}       Literal K  named apiKey
    AccountAPI("K", "S", "P")   Frame (AccountAPI Literal K  at 0, S at 1, P at 2
    [profiles.live]             Frame section     Literal K  named api_key
    secret_key = "S"

It never fails: text that fits no notation gives fewer names. Strings that hold assignments themselves (a curl
header, a notebook's line, JSON in a log) are read as text in their turn, in place, so that every offset stays true.
Offsets count code points of the decoded text.
"""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING

from keyguard.frozen import dataclass
from keyguard.model import WHOLE_FILE
from keyguard.text.outline.escapes import NONE as NO_ESCAPES
from keyguard.text.outline.escapes import Escapes, undone
from keyguard.text.outline.frames import (
    LABELS,
    NEUTRAL,
    Bond,
    Frame,
    Literal,
    Name,
    Notation,
    Syntax,
    is_carrier,
    notation_of,
    plain,
    syntax_of,
)
from keyguard.text.outline.markup import read_markup
from keyguard.text.outline.notations import aliases
from keyguard.text.outline.source import Clock, Source
from keyguard.text.outline.statements import Reader
from keyguard.text.outline.table import read_table
from keyguard.text.outline.tokens import behind_emphasis, rest_of_value
from keyguard.text.outline.uses import Uses

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "LABELS", "NEUTRAL", "NO_ESCAPES", "Bond", "Escapes", "Frame", "Literal", "Name", "Notation", "Outline", "Syntax",
    "behind_emphasis", "notation_of", "read", "rest_of_value", "syntax_of", "undone",
]  # fmt: skip

_MARKUP_STARTS = ("<?xml", "<!DOCTYPE", "<html", "<template")


@dataclass(frozen=True, slots=True)
class Outline:
    """What a text holds, each in its order."""

    literals: list[Literal]
    calls: list[Frame]
    comments: list[tuple[int, int]]  # spans, without what follows on a block's further lines
    uses: list[tuple[str, Frame]]  # the constants that are used, and where


def read(
    text: str,
    path: str | Notation,
    wanted: Callable[[str], bool],
    deadline: float = math.inf,
) -> Outline:
    """Return the literals of a text with their names and frames, its calls, and its comments.

    `wanted` says of a string's content whether it is worth reading as text in its turn. Raises TimeoutError once
    the process has taken more than `deadline` seconds of the processor.
    """
    notation = notation_of(path) if isinstance(path, str) else path
    source = Source(text, notation, wanted, _nested, Clock(deadline))
    root = Frame("file", WHOLE_FILE)
    if source.syntax is Syntax.TABLE:
        read_table(source, root, "\t" if notation.tabs else "")
    elif _is_markup(text, source.syntax):
        read_markup(source, root)
    else:
        if source.syntax is Syntax.CODE:
            source.aliases = aliases(text)
        reader = Reader(source, root)
        reader.above = notation.label if "\n" not in text.strip() else ""  # of a file that holds nothing but a value
        reader.read(0, len(text))
    for literal in source.literals:
        _name_after_frame(literal)
    _leave_items(source.literals)
    uses = Uses(text, notation, source.literals)
    literals = source.literals + uses.of(source.literals)
    literals = [literal for literal in literals if id(literal) not in uses.aliases]
    literals.sort(key=lambda literal: (literal.start, literal.end))
    return Outline(literals, source.calls, source.comments, uses.frames)


def _is_markup(text: str, syntax: Syntax) -> bool:
    """Say whether a text is markup; `.config` is the end of other files too."""
    start = text[:200].lstrip("\ufeff \r\n\t")
    return start.startswith(_MARKUP_STARTS) or (
        syntax is Syntax.MARKUP and (start[:1] == "<" or "</" in text or "/>" in text)
    )


def _nested(source: Source, frame: Frame, start: int, end: int, depth: int) -> None:
    Reader(source, frame, depth).read(start, end)


def _leave_items(literals: Sequence[Literal]) -> None:
    """Give a list what its items hold alone, each under a name of its own: - NAME=value, as variables are listed."""
    lists: dict[int, dict[str, list[Literal]]] = {}
    for literal in literals:
        item, name = literal.frame, next(iter(literal.names), None)
        if item.kind == "item" and item.count == 1 and name is not None and name.bond is Bond.ASSIGNED and item.parent:
            lists.setdefault(id(item.parent), {}).setdefault(name.text, []).append(literal)
    for named in lists.values():
        if len(named) > 1:
            for literal in chain.from_iterable(named.values()):
                literal.frame = literal.frame.parent or literal.frame


def _first_argument(frame: Frame) -> list[str]:
    """Return what a call says before the mapping that it takes: option("api-key", {default: "..."})."""
    call = frame.parent
    is_second = call is not None and call.kind == "(" and frame.kind == "{" and frame.index == 1
    return [call.facts[0][1]] if is_second and call is not None and call.facts and not call.facts[0][0] else []


def _name_after_chain(literal: Literal) -> None:
    """Name what a call such as `default(...)` takes after what the calls before it, or around it, begin with."""
    frame = literal.frame
    before, around = frame.follows, frame.parent
    calls = [before, before.follows if before else None, around if around and around.kind == "(" else None]
    labels = [call.facts[0][1] for call in calls if call is not None and call.facts and not call.facts[0][0]]
    if labels and frame.parent is not None:
        literal.names = (*(Name(text, Bond.FRAME) for text in labels), *literal.names)
        literal.frame = frame.parent


def _name_after_frame(literal: Literal) -> None:
    """Name a `value` after what its frame calls it: {"name": "OKX_API_KEY", "value": ...}, <add key= value=>.

    Such a frame is no mapping of its own: the literal then belongs to the frame around it.
    """
    frame = literal.frame
    name = next(iter(literal.names), None)
    if name is None or frame.parent is None or not is_carrier(name.text):
        return
    if name.bond is Bond.CALLEE:
        _name_after_chain(literal)
    if name.bond is not Bond.ASSIGNED:
        return
    labels = [value for name, value in frame.facts if plain(name) in LABELS and value != literal.value]
    if frame.kind == "(" and frame.facts and not frame.facts[0][0] and frame.facts[0][1] != literal.value:
        labels.append(frame.facts[0][1])  # add_argument("--api-key", default="...")
    elif frame.kind != "(":
        labels.append(frame.name)
        labels += _first_argument(frame)
    names = [Name(text, Bond.FRAME) for text in labels if text]
    if frame.kind in "({" or frame.attribute_from >= 0:
        # What a call is bound to, its default is bound to: okx_api_key = Field(default="...").
        names += [Name(n.text, Bond.FRAME) if n.bond is Bond.WRAPPED else n for n in frame.inherited]
    if names:
        literal.names = (*names, *literal.names)
        literal.frame = frame.parent
