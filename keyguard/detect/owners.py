"""Whose a value is: what the frames, calls and names around it say of a service, the provider's or another's.

A file that mentions a provider holds keys of other services too. A mapping, section, class or client with a name of
its own is its service's, unless the name says no more than `credentials` or `main`; so is a variable that is handed to
such a client, and a bare `SECRET_KEY` beside names that carry the provider's word.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import regex

from keyguard.expressions import regex_expression
from keyguard.frozen import dataclass
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

# What makes a thing: a class, or what a module or a class is asked for; no function of the program's own.
_MADE = regex_expression(r"(?:\w+(?:\.|::))*[A-Z]\w*(?:(?:\.|::)\w+)*|(?:\w+(?:\.|::))+\w+")
_ASKS = regex_expression(r"(?:get|set|reset|query|fetch|list|create|add|modify|update|delete|remove|check)(?:_|[A-Z])")
_PATH = regex_expression(r"[A-Za-z][\w-]*(?:\.[\w-]+)*")
_REMARK = regex_expression(r"#|//|\*|/\*|--|;|<!--")
_EMPTY = regex_expression(r"\n[ \t\r]*\n")
_WALLET = regex_expression(r"(?i)\b(?:mnemonic|(?:seed|recovery)[_ ]?phrase|(?:derivation|hd)[_ ]?path)\b[\"']?\s*[:=]")
_WALLETS_SPAN = 300  # characters
_MOST_ABOVE = 4  # lines of a comment that speaks of what stands below it


@dataclass(frozen=True, slots=True)
class Owner:
    """What the surroundings of a value say of its service."""

    credential_frame: bool = False  # a frame around it is named by the provider, and by nothing else
    own_frame: bool = False  # so, and what is between them is an account's: okx: {live: {...}}, not okx: {cache: {...}}
    another: bool = False  # the nearest frame with a name of its own names a service, and not the provider
    entry: bool = False  # so, and the provider has an entry of its own beside it
    call: bool = False  # a client of that name takes it, or a program calls it so
    ours: bool = False  # it is handed to the provider's client
    rival: bool = False  # it is handed to a client of a known rival
    wallet: bool = False  # its mapping is a wallet's, which has a passphrase of its own
    record: bool = False  # it is an argument of one of the provider's things, not of its client: OkxOrder(...)
    since: int = -1  # where that other frame begins: the provider's word before it speaks of something else


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
        self.literals: Sequence[Literal] = read.literals if read else ()
        self.uses: Sequence[tuple[str, Frame]] = read.uses if read else ()
        self.said = said or Said()
        self._frames: dict[Frame, Owner] = {}

    def of(self, literal: Literal) -> Owner:
        """Return what is said of a value's service."""
        frame = literal.frame
        if frame not in self._frames:
            self._frames[frame] = self._of_frame(frame)
        owner = self._frames[frame]
        if not owner.another and self._is_anothers_path(literal):
            owner = replace(owner, another=True, since=literal.start)
        if self._is_wallets(literal):
            owner = replace(owner, wallet=True)
        used = self._used(literal)
        if not used:
            return owner
        return replace(
            owner,
            call=owner.call or used == {"another"},
            ours="ours" in used,
            rival="rival" in used and "ours" not in used,
        )

    def _is_wallets(self, literal: Literal) -> bool:
        """Say whether a value stands beside a mnemonic, in a mapping that the provider does not name."""
        frame = literal.frame
        if frame.kind not in {"{", "("} or self._names_provider(frame):
            return False
        start, end = literal.start, literal.end
        near = (found for found in self._wallets if start - _WALLETS_SPAN < found.end() <= end + _WALLETS_SPAN)
        beside = (self.text[found.end() : start] or self.text[end : found.start()] for found in near)
        return any("{" not in text and "}" not in text for text in beside)

    @cached_property
    def _wallets(self) -> list[regex.Match[str]]:
        return list(_WALLET.finditer(self.text))

    def speaks_since(self, at: int, since: int) -> bool:
        """Say whether a place of the provider's word is in the frame that begins there, or in a comment right above."""
        if at >= since:
            return True
        first = self.text.rfind("\n", 0, at) + 1
        between = self.text[first:since].strip()
        return _REMARK.match(between) is not None and between.count("\n") < _MOST_ABOVE and not _EMPTY.search(between)

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
        return bool(frame.name) and not self._names_provider(frame) and not self._says_nothing(frame)

    def _names_provider(self, frame: Frame) -> bool:
        """Say whether a frame's name, its type, or the variable that a call's result is kept in, is the provider's."""
        kept = (name.text for name in frame.inherited if frame.kind == "(")
        return any(self.names.provider.search(text) for text in (frame.name, frame.maker, *kept) if text)

    def _of_frame(self, frame: Frame) -> Owner:
        credential = own = another = entry = call = False
        direct, since = True, -1
        record = self._is_record(frame)
        for outer in frame.chain():
            if outer.parent is None:
                break
            if self._names_provider(outer):
                credential = self.names.is_client(outer.name)
                own = credential and direct and self._holds_accounts(outer)
                break
            direct = direct and self._holds_accounts(outer)
            if not another and not self._says_nothing(outer):
                another, since = True, outer.start
                call = outer.kind == "(" or (outer.is_variable and outer is frame)
                entry = self._is_beside_provider(outer)
        return Owner(credential, own, another, entry, call, record=record, since=since)

    def _is_record(self, frame: Frame) -> bool:
        names = self.names
        return frame.kind == "(" and names.provider.search(frame.name) is not None and names.is_record(frame.name)

    def _holds_accounts(self, frame: Frame) -> bool:
        """Say whether a frame may be an account's, or hold several: no call that gets or keeps what has a key."""
        name = frame.name.rpartition(".")[2] if frame.kind == "(" else frame.name
        return self.names.holds_accounts(name) or self.names.of(name).part is not None  # keys: {live: K}

    def _is_beside_provider(self, frame: Frame) -> bool:
        """Say whether the provider has an entry of its own beside a frame, by its name or by what says whose it is."""
        parent = frame.parent
        return parent is not None and any(self.names.provider.search(name) for name in parent.entries)

    def _says_nothing(self, frame: Frame) -> bool:
        names = self.names
        if self._has_maker(frame) and not names.is_neutral(frame.maker):
            return False
        if frame.kind == "(":
            makes = _MADE.fullmatch(frame.name) is not None and self._is_made_with_parts(frame)
            makes = makes and not self._is_method(frame.name)
            return not (makes or _CLIENT.fullmatch(frame.name)) or names.is_neutral(frame.name)
        return not frame.is_entry or names.of(frame.name).part is not None or names.is_neutral(frame.name)

    def _is_method(self, callee: str) -> bool:
        """Say whether a call only asks a client without a name of its own for something: account_api.get_fees(...)."""
        client, _, method = callee.rpartition(".")
        return bool(client) and _ASKS.match(method) is not None and self.names.is_neutral(client)

    def _has_maker(self, frame: Frame) -> bool:
        """Say whether what makes a thing takes parts of a credential, and is none by its name."""
        takes = self._is_made_with_parts(frame) or self.names.of(frame.name).part is not None
        return bool(frame.maker) and takes and self.names.of(frame.maker).part is None

    def _is_made_with_parts(self, frame: Frame) -> bool:
        """Say whether a call, or what is made of a type, takes parts of a credential by their names."""
        return id(frame) in self._with_parts

    @cached_property
    def _with_parts(self) -> set[int]:
        """The calls and makers that take a part by its name, themselves or in a mapping that they take."""
        found: set[int] = set()
        for literal in self.literals:
            if literal.names and literal.names[0].bond is Bond.ASSIGNED and self.names.of(literal.names[0].text).part:
                for outer in literal.frame.chain():
                    found.add(id(outer))
                    if outer.kind == "(":
                        break
        return found

    def _is_anothers_path(self, literal: Literal) -> bool:
        """Say whether a name is a path through something with a name of its own: aliyun.sms.api-key."""
        if not literal.names or literal.names[0].bond is not Bond.ASSIGNED:
            return False
        path, _, last = literal.names[0].text.rpartition(".")
        is_path = bool(path) and _PATH.fullmatch(path) is not None and not self.names.provider.search(path)
        return is_path and self.names.of(last).part is not None and not self.names.is_neutral(path)

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
