"""Constants that are defined in one place and used in another: there they have the names and the frame of their use.

    const K = "0f3c..."                  a definition: a value bound to a name
    new OkxClient({ apiKey: K })         a use: the same value, named apiKey, in the call of OkxClient
    x-key: &k 0f3c...    apiKey: *k      YAML's anchors and aliases

A name that is given two values in one text is followed nowhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import regex

from keyguard.expressions import regex_expression
from keyguard.text.outline.frames import Bond, Frame, Literal, Name, Notation, Syntax
from keyguard.text.outline.notations import decodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_ANCHOR = regex_expression(r"(?<=[\s\[{,:])&([\w.\-]{1,64})[ \t]+(?:![\w!]*[ \t]+)?[\"']?")
_VARIABLE = regex_expression(r"[A-Za-z_$][\w$]{0,63}")
_USE = regex_expression(
    r"(?P<alias>\*[\w.\-]{1,64})"
    r"|(?P<sigil>\$(?:env:|global:|this->|self::)?|\$\{|@{1,2})?(?P<path>(?:[A-Za-z_]\w{0,63}(?:\.|::|->)){0,3})"
    r"(?P<name>[A-Za-z_]\w{0,63})\}?"
)
_CONVERSIONS = frozenset(
    "into toString to_string to_owned clone as_str as_ref strip trim encode decode value get unwrap as_bytes".split()
)
_ANYWHERE = frozenset("local self this cls Self var const super static module exports".split())
_DECLARING = frozenset(("const", "var", "let", "val"))
_LAST = regex_expression(r".*[\s.:>]")
_SHORTEST, _LONGEST = 4, 96  # code points of a value that is followed
MAX_USES = 20  # of one name


class Uses:
    """The definitions of one text, and where they are used."""

    def __init__(self, text: str, notation: Notation, literals: Sequence[Literal]) -> None:
        self._notation = notation
        self._known: dict[str, Literal | None] = {}
        self.frames: list[tuple[str, Frame]] = []  # what is used, and where
        self.aliases: set[int] = set()  # literals that are no values
        for name, literal in self._defined(text, literals):
            known = self._known.setdefault(name, literal)
            if known is not None and known.value != literal.value:
                self._known[name] = None

    def of(self, literals: Iterable[Literal]) -> list[Literal]:
        """Return the values of constants as literals where they are used."""
        if not self._known:
            return []
        found: list[Literal] = []
        counts: dict[str, int] = {}
        for use in literals:
            name = self._used(use)
            known = self._known.get(name)
            if known is None or known is use:
                continue
            if name[0] == "*":
                self.aliases.add(id(use))
            counts[name] = counts.get(name, 0) + 1
            if counts[name] <= MAX_USES:
                self.frames.append((name, use.frame))
                names = tuple(Name(one.text, one.bond) for one in use.names)
                found.append(replace(known, names=names, frame=use.frame, index=use.index, is_use=True))
        return found

    def _defined(self, text: str, literals: Sequence[Literal]) -> Iterator[tuple[str, Literal]]:
        anchors = {found.end(): f"*{found[1]}" for found in _ANCHOR.finditer(text)} if self._notation.yaml else {}
        for literal in literals:
            if not _SHORTEST <= len(literal.value) <= _LONGEST or any(map(str.isspace, literal.value)):
                continue
            if (anchor := anchors.get(literal.start)) is not None:
                yield anchor, literal
            elif name := self._variable(literal):
                yield name, literal

    def _variable(self, literal: Literal) -> str:
        """Return the name by which a program knows a value."""
        if not self._is_definition(literal):
            return ""
        frame = literal.frame
        bonds = {Bond.ASSIGNED} if literal.names[0].bond is Bond.ASSIGNED else {Bond.WRAPPED}
        shortest = next((name.text for name in reversed(literal.names) if name.bond in bonds), "")
        name = _LAST.sub("", shortest).lstrip("$")
        if _VARIABLE.fullmatch(name) is None:
            return ""
        return f"{_LAST.sub('', frame.name)}.{name}" if frame.is_entry and frame.name else name

    def _is_definition(self, literal: Literal) -> bool:
        frame = literal.frame
        if not literal.names:
            return False
        if frame.kind == "(" and decodes(frame.name):
            frame = frame.parent or frame  # a = b64decode("...")
        elif literal.names[0].bond is not Bond.ASSIGNED:
            return False
        if frame.kind == "(" and frame.name not in _DECLARING:
            return False
        syntax = self._notation.syntax
        return syntax is Syntax.SHELL or (syntax is Syntax.CODE and literal.quoted)

    def _used(self, literal: Literal) -> str:
        """Return what a word or a `$NAME` stands for, as far as it is known here."""
        is_word = not literal.quoted or (self._notation.syntax is Syntax.SHELL and literal.value.startswith("$"))
        found = _USE.fullmatch(literal.value) if is_word else None
        if found is None:
            return ""
        if found["alias"]:
            return found["alias"]
        return self._member(regex.split(r"\.|::|->", found["path"])[:-1], found["name"])

    def _member(self, path: list[str], name: str) -> str:
        if path and name in _CONVERSIONS:
            name = path.pop()
        owned = f"{path[-1]}.{name}" if path else name
        if owned in self._known or not path:
            return owned
        return name if path[-1] in _ANYWHERE or path[-1][:1].isupper() else ""
