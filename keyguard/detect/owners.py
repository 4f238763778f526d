"""Whose a value is: what the frames, calls and names around it say of a service, the provider's or another's.

A file that mentions a provider holds keys of other services too. A mapping, section, class or client with a name of
its own is its service's, unless the name says no more than `credentials` or `main`; so is a variable that is handed to
such a client, and a bare `SECRET_KEY` beside names that carry the provider's word.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import regex

from keyguard.expressions import regex_expression
from keyguard.packs import plain
from keyguard.text.outline import Bond

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from keyguard.detect.names import PackNames
    from keyguard.text.outline import Frame, Literal, Outline

_IDENTIFIER = regex_expression(r"[\w.\-]*")
_IDENTIFIER_BEFORE = regex_expression(r"[\w.\-]*\Z")
_ARGUMENT = regex_expression(r"(?:self\.|this\.|[\w.]+\.)?([A-Za-z_]\w*)")
_CALL = regex_expression(r"(?P<callee>\w+(?:(?:\.|::)\w+)*)\((?P<arguments>[^()]{0,300})\)")
_ASSIGNED = regex_expression(r"[\"'\])]*\s*(?::|=|=>)(?!=)")
_CLIENT = regex_expression(
    r"ccxt(?:pro|\.\w+)*\.\w+|(?:[A-Za-z]\w*(?:\.|::))*\w*(?:[Cc]lient|[Aa]pi|API|[Ee]xchange|[Rr]est|[Cc]onnector|[Ss]ession|[Tt]rader|[Bb]roker|Http)"
    r"(?:\.new|::new|::default)?"
)


@dataclass(frozen=True, slots=True)
class Owner:
    """What the surroundings of a value say of its service."""

    credential_frame: bool = False  # a frame around it is named by the provider, and by nothing else
    another: bool = False  # the nearest frame with a name of its own names a service, and not the provider
    entry: bool = False  # so, and the provider has an entry of its own beside it
    call: bool = False  # a client of that name takes it, or a program calls it so
    ours: bool = False  # it is handed to the provider's client
    rival: bool = False  # it is handed to a client of a known rival
    record: bool = False  # it is an argument of one of the provider's things, not of its client: OkxOrder(...)


@dataclass(frozen=True, slots=True)
class Said:
    """What a whole file says of names, where the text that is judged is a part of it."""

    stemmed: frozenset[str] = frozenset()  # parts that are named with the provider's word
    valued: bool = False  # and with a value of a part's shape
    linked: frozenset[str] = frozenset()  # names on the line of such a one
    taken: frozenset[str] = frozenset()  # names that the provider's calls take
    places: frozenset[tuple[str, str]] = frozenset()  # the same by their place there: a variable, and a part


class Owners:
    """Says whose the values of one text are."""

    def __init__(
        self, names: PackNames, read: Outline | None, text: str, mentions: Sequence[int], said: Said | None = None
    ) -> None:
        self.names, self.text, self.mentions = names, text, mentions
        self.calls: Sequence[Frame] = read.calls if read else ()
        self.uses: Sequence[tuple[str, Frame]] = read.uses if read else ()
        self.said = said or Said()
        self._frames: dict[Frame, Owner] = {}

    def of(self, literal: Literal) -> Owner:
        """Return what is said of a value's service."""
        frame = literal.frame
        if frame not in self._frames:
            self._frames[frame] = self._of_frame(frame)
        owner = self._frames[frame]
        used = self._used(literal)
        if not used:
            return owner
        return Owner(
            owner.credential_frame,
            owner.another,
            owner.entry,
            owner.call or used == {"another"},
            ours="ours" in used,
            rival="rival" in used and "ours" not in used,
            record=owner.record,
        )

    def is_stemless(self, name: str, part: str) -> bool:
        """Say whether names of parts in this text carry the provider's word, so that one without it is another's."""
        stemmed = self._stemmed | self.said.stemmed
        valued = self.said.valued or self._stemmed_values
        return bool(stemmed) and (part in stemmed or not valued) and name not in self._linked | self.said.linked

    def is_ours(self, client: str) -> bool:
        """Say whether a variable holds the provider's client: client = ccxt.okx(); client.secret = ..."""
        return bool(client) and self._handed.get(f"{plain(_last(client))}.") == {"ours"}

    # --- frames

    def is_anothers(self, frame: Frame) -> bool:
        """Say whether a frame has a name of its own that is not the provider's."""
        return bool(frame.name) and not self.names.provider.search(frame.name) and not self._says_nothing(frame)

    def _of_frame(self, frame: Frame) -> Owner:
        credential = another = entry = call = False
        record = self._is_record(frame)
        for outer in frame.chain():
            if outer.parent is None or not outer.name:
                continue
            if self.names.provider.search(outer.name):
                credential = credential or self.names.is_client(outer.name)
                break
            if not another and not self._says_nothing(outer):
                another = True
                call = outer.kind == "(" or (outer.is_variable and outer is frame)
                entry = any(self.names.provider.search(name) for name in outer.parent.entries)
        return Owner(credential, another, entry, call, record=record)

    def _is_record(self, frame: Frame) -> bool:
        names = self.names
        return frame.kind == "(" and names.provider.search(frame.name) is not None and names.is_record(frame.name)

    def _says_nothing(self, frame: Frame) -> bool:
        if frame.kind == "(":
            return not _CLIENT.fullmatch(frame.name) or self.names.is_neutral(frame.name)
        return not frame.is_entry or self.names.of(frame.name).part is not None or self.names.is_neutral(frame.name)

    # --- what is handed to whom

    def _used(self, literal: Literal) -> set[str]:
        """Return who takes a variable: 'ours', 'rival', 'another'."""
        names = [name.text for name in literal.names if name.bond in {Bond.ASSIGNED, Bond.WRAPPED}]
        names += [literal.frame.name] if literal.frame.is_entry else []
        handed = self._handed
        if not handed:
            return set()
        objects = [f"{plain(_last(owner))}." for name in names if (owner := name.rpartition(".")[0])]
        return set().union(*(handed.get(key, ()) for key in (*(plain(_last(name)) for name in names), *objects)))

    @cached_property
    def _handed(self) -> dict[str, set[str]]:
        handed: dict[str, set[str]] = {}
        for call in self.calls:
            taker = self._taker(call.name)
            for bound in call.inherited if taker else ():
                if bound.bond is Bond.WRAPPED:
                    handed.setdefault(f"{plain(_last(bound.text))}.", set()).add(taker)  # client = ccxt.okx()
            for _, value in call.facts if taker else ():
                if (found := _ARGUMENT.fullmatch(value)) and len(found[1]) > 1:
                    handed.setdefault(plain(found[1]), set()).add(taker)
        for name, taker in self._handed_inside():
            handed.setdefault(name, set()).add(taker)
        for name in self.said.taken:
            handed.setdefault(name, set()).add("ours")
        return handed

    def _handed_inside(self) -> Iterator[tuple[str, str]]:
        """Yield the constants that are used within a call's mapping, and who takes them: client({apiKey: K})."""
        for name, frame in self.uses:
            call = next((outer for outer in frame.chain() if outer.kind == "(" and outer.name), None)
            if call is not None and (taker := self._taker(call.name)):
                yield plain(_last(name)), taker

    def _taker(self, callee: str) -> str:
        if self.names.provider.search(callee) or any(p.fullmatch(callee) for p in self.names.strong_calls):
            return "ours"
        if self.names.rival.search(callee):
            return "rival"
        return "another" if _CLIENT.fullmatch(callee) and not self.names.is_neutral(callee) else ""

    def handed_as(self, literal: Literal) -> str | None:
        """Return the part as which the provider's own call takes a variable: AccountAPI(key, secret, phrase)."""
        if not literal.names or literal.names[0].bond is not Bond.ASSIGNED or not self._handed_parts:
            return None
        parts = {part for name in literal.names if (part := self._handed_parts.get(_last(name.text)))}
        return parts.pop() if len(parts) == 1 else None

    @cached_property
    def _handed_parts(self) -> dict[str, str | None]:
        """By the variable: the part that it is among the arguments of the provider's calls, if all say the same."""
        found: dict[str, str | None] = dict(self.said.places)
        for call in self.calls:
            self._place(call.name, call.facts, found)
        return found

    def _place(self, callee: str, arguments: Sequence[tuple[str, str]], found: dict[str, str | None]) -> None:
        for part, (name, value) in zip(self._order(callee), arguments, strict=False):
            if part and not name and value.isidentifier():
                found[value] = part if found.get(value, part) == part else None

    def _order(self, callee: str) -> Sequence[str | None]:
        last = callee.rpartition(".")[2].rpartition("::")[2]
        places = (place for place in self.names.pack.positions if place.call and place.strong)
        order = (place.order for place in places if regex.fullmatch(place.call or "", last))
        return () if self.names.is_record(last) else next(order, ())

    # --- what the whole file says

    def whole(self) -> Said:
        """Return what this text, the passages of a file that mention the provider, says of names in all of it."""
        taken: set[str] = set()
        places: dict[str, str | None] = {}
        for call in _CALL.finditer(self.text):
            if self.names.provider.search(call["callee"]):
                arguments = [argument.strip() for argument in call["arguments"].split(",")]
                found = (_ARGUMENT.fullmatch(argument.rpartition("=")[2].strip()) for argument in arguments)
                taken.update(plain(one[1]) for one in found if one and len(one[1]) > 1)
                self._place(call["callee"], [("", argument) for argument in arguments], places)
        sure = frozenset((name, part) for name, part in places.items() if part)
        linked = frozenset(self._linked)
        return Said(frozenset(self._stemmed), self._stemmed_values, linked, frozenset(taken), sure)

    # --- names that carry the provider's word

    @cached_property
    def _stems(self) -> list[tuple[str, int, int]]:
        """The parts that are named with the provider's word, and where; with or without a value."""
        found = []
        for at in self.mentions:
            before, after = _IDENTIFIER_BEFORE.search(self.text, max(0, at - 40), at), _IDENTIFIER.match(self.text, at)
            start, end = (before.start() if before else at), (after.end() if after else at)
            name = self.text[start:end]
            part = self.names.of(name).part
            # What is parted by hyphens is a header, which every client of the provider has.
            if part is not None and "-" not in name and _ASSIGNED.match(self.text, end):
                found.append((part, start, end))
        return found

    @cached_property
    def _stemmed(self) -> set[str]:
        return {part for part, _, _ in self._stems}

    @cached_property
    def _stemmed_values(self) -> bool:
        """Whether one of them has a value with a part's shape."""
        shape = self.names.any_shape
        return shape is not None and any(shape.search(self.text, end, self._line_end(end)) for _, _, end in self._stems)

    def _line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return end if end >= 0 else len(self.text)

    @cached_property
    def _linked(self) -> set[str]:
        """Names that stand on the line of one that carries the word: OKX_API_KEY=${API_KEY}."""
        linked: set[str] = set()
        for _, start, end in self._stems:
            line = self.text[self.text.rfind("\n", 0, start) + 1 : self._line_end(end)]
            linked.update(plain(word) for word in _words(line))
        return linked


def _words(line: str) -> Iterable[str]:
    return regex.findall(r"[A-Za-z_][\w]{2,}", line)


def _last(name: str) -> str:
    return regex.split(r"[.:>\[\]\s]+", name.rstrip("\"']"))[-1]
