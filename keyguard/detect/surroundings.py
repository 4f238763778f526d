"""What surrounds a literal: whose words stand near it, which call it is an argument of, which realm is meant."""

from __future__ import annotations

import time
from bisect import bisect_left
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

from keyguard.expressions import regex_expression
from keyguard.frozen import dataclass
from keyguard.packs import plain
from keyguard.text import outline
from keyguard.text.outline import Bond, Escapes, Frame, Literal, Syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import regex

    from keyguard.detect.names import Meaning, PackNames
    from keyguard.detect.owners import Owners, Said

NEAR_BEFORE = 1200  # code points around a value in which a provider's word counts as near
NEAR_AFTER = 400
MAX_MARKED = 1 << 18  # code points in which marks of a realm are looked for

_BLOCKS = frozenset(("{", "indent"))
_FIELD_BEFORE = regex_expression(r"[?&][\w.\[\]-]{1,60}=\Z")
_FIELD_BEHIND = regex_expression(r"&[\w.\[\]-]{1,60}=")
_URL_BEFORE = regex_expression(r"\b[a-z]{2,6}://[^\s\"'<>`|]*\Z")
_OWN_WORD = regex_expression(r"[a-z][a-z0-9]{2,15}(?:[._-](?:[a-z]{1,8}|\d{1,4}))?")  # in lower case
_PARTS = regex_expression(r"[.:]+")
_EMPTY = regex_expression(r"\n[ \t\r]*\n")
_PLACE = regex_expression(r"(?:namespace|project|repo(?:sitory)?|cluster|team|folder)[\"']?\s*[:=][ \t\"']*[\w./-]*\Z")
_URL = regex_expression(r"(?i)(?:https?|wss?)://")
_LOCAL = regex_expression(r"(?i)\w+://(?:localhost|127\.|0\.0\.0\.0|\[::1)")
_COMMENT = regex_expression(r"(?m)/\*(?s:.*?)\*/|<!--(?s:.*?)-->|(?:^|(?<=\s))(?:#(?!define\b)|//|--\s|;|%\s|\*\s).*$")
_BLANKS = regex_expression(r"[\s\"'`]+")
_RUN_BEFORE = regex_expression(r"[0-9A-Za-z+]*\Z")
_RUN_AFTER = regex_expression(r"[0-9A-Za-z+]*")


class Context(IntEnum):
    """How close a text comes to saying which provider a value belongs to; ordered, closest last."""

    RIVAL = -1  # it names another provider
    NONE = 0
    FILE = 1  # somewhere in the text
    FOLDER = 2
    PATH = 3  # the file's name
    NEAR = 4
    FRAME = 5  # an enclosing mapping, section or call, or a sibling such as `name: okx`
    NAME = 6  # the value's own name


@dataclass(frozen=True)
class Reading:
    """A text with what it speaks of."""

    text: str
    syntax: Syntax
    mentions: list[int]  # offsets
    rivals_in: Callable[[str], list[int]]
    in_path: bool
    rival_path: bool
    spoken: bool  # the rest of the blob speaks of the provider
    in_name: bool = False
    crowds: frozenset[str] = frozenset()  # parts of which the whole file holds many values without a name
    said: Said | None = None  # what the whole file says of names
    owners: Owners | None = None
    accounts: frozenset[tuple[str, ...]] = frozenset()  # that names of parts with their shape tell of
    decoders: frozenset[str] = frozenset()  # functions of the program's own that a key or a secret stands encoded in
    wrappers: frozenset[str] = frozenset()  # functions of the program's own that a key and a secret stand in
    escapes: Escapes = outline.NO_ESCAPES

    @cached_property
    def rivals(self) -> list[int]:
        """Where other providers are spoken of; looked for when it is asked."""
        return self.rivals_in(self.text)

    def lines(self, first: int, second: int) -> int:
        """Return how many lines end between two offsets."""
        return self.text.count("\n", first, second)

    def same_line(self, first: int, second: int) -> bool:
        """Say whether no line ends between two offsets."""
        return not self.lines(min(first, second), max(first, second))


class Surroundings:
    """Reads surroundings with the words and positions of one pack; for the frames of one text."""

    def __init__(self, names: PackNames) -> None:
        self.names = names
        self.pack, self.vocabulary = names.pack, names.vocabulary
        self.calls = [(regex_expression(p.call), p) for p in self.pack.positions if p.call]
        self.lists = [(regex_expression(p.list), p) for p in self.pack.positions if p.list]
        self._positions_of_switches = frozenset(
            value for realm in self.vocabulary.realms.values() for values in realm.flags.values() for value in values
        )
        self._said: dict[Frame, Context | None] = {}

    def begin(self) -> None:
        """Forget the frames of the last text."""
        self._said.clear()

    def mentions(self, text: str, deadline: float) -> list[int]:
        """Return where the provider is spoken of; three letters inside a long run of them are chance."""
        hits = self.names.provider.finditer(text, timeout=max(0.1, deadline - time.process_time()))
        return [hit.start() for hit in hits if not _in_long_run(text, hit.start(), hit.end())]

    def position(self, literal: Literal) -> tuple[str | None, bool]:
        """Return the part that a call's or list's argument is by its position, and whether the call says so alone."""
        frame, index = self.argument(literal)
        if literal.names and literal.names[0].bond is Bond.ASSIGNED:
            return None, False
        choices = self.calls if frame.kind == "(" else self.lists if frame.kind == "[" else []
        callee = frame.name if frame.kind == "[" else frame.name.rpartition(".")[2].rpartition("::")[2]
        for pattern, position in choices:
            if callee and (pattern.fullmatch(callee) or pattern.fullmatch(frame.name)):
                if frame.kind == "(" and position.strong and self.names.is_record(frame.name):
                    return None, False
                return (position.order[index] if index < len(position.order) else None), position.strong
        return None, False

    def argument(self, literal: Literal) -> tuple[Frame, int]:
        """Return the call or list that takes a value, as it is or through a call that wraps it, and its place there."""
        frame, index = literal.frame, literal.index
        while not index and self.wraps(frame) and frame.parent is not None and frame.parent.kind in "([":
            frame, index = frame.parent, frame.index
        return frame, index

    def wraps(self, frame: Frame) -> bool:
        """Say whether a call only wraps or decodes its value."""
        words = self.vocabulary
        callee = plain(_PARTS.split(frame.name)[-1]) if frame.kind == "(" else ""
        return callee in words.wrapper_calls or callee in words.decoding_calls

    def context(self, literal: Literal, meaning: Meaning, view: Reading) -> Context:
        """Return how close the text comes to saying that a value is this provider's."""
        if meaning.provider:
            return Context.NAME
        if meaning.rival:
            return Context.RIVAL
        is_cell = literal.frame.kind == "row" and literal.limit < 0  # whose address stands in another one
        if not is_cell and (address := in_url(view.text, literal.start)):
            return Context.FRAME if self.names.provider.search(address[0]) else Context.RIVAL
        if (says := self._frames_say(literal.frame, view.owners, foreign=meaning.foreign)) is not None:
            return says
        for name in literal.names:
            if name.bond is not Bond.NEAR and self.names.provider.search(name.text):
                return Context.FRAME
        return self._around(literal.start, view)

    def _around(self, at: int, view: Reading) -> Context:
        """Return how close the words around a place, its path or its file come to the provider."""
        near = self._near(at, view)
        if near is not Context.NONE:
            return near
        if not view.in_name and nearest(view.rivals, at) is not None:
            return Context.RIVAL  # at best a folder is named so, or something far away
        if view.in_path:
            return Context.PATH if view.in_name else Context.FOLDER
        return Context.FILE if view.mentions or view.spoken else Context.NONE

    def _frames_say(self, inner: Frame, owners: Owners | None, *, foreign: bool) -> Context | None:
        """Return what the frames say, the innermost that says something.

        Around another service's frame or name only a name says whose it is, and no address:
        {url: "okx...", heroku: {key: V}, acme_api_key: V}.
        """
        inside, frame = list[Frame](), inner
        for frame in inner.chain():
            if self._is_for_account(frame, inner, inside):
                return Context.FRAME
            if frame.parent is None:
                break
            says = self._says(frame)
            past = says is Context.FRAME and self._is_past(frame, foreign=foreign, inside=bool(inside))
            if says is not None and not past:
                return says
            inside += [frame] if owners is not None and owners.is_anothers(frame) else []
        return Context.RIVAL if not inside and self._is_of_another_exchange(frame.facts) else None

    def _says(self, frame: Frame) -> Context | None:
        if frame not in self._said:
            self._said[frame] = self._frame_says(frame)
        return self._said[frame]

    def _is_past(self, frame: Frame, *, foreign: bool, inside: bool) -> bool:
        """Say whether what a frame says of the provider is said of no frame of another's in it, and of no such name."""
        if inside:
            return not self.names.provider.search(frame.name)
        return foreign and not self._is_named(frame)

    def _is_for_account(self, outer: Frame, inner: Frame, inside: Sequence[Frame]) -> bool:
        """Say whether a mapping that says that it is for the provider (`exchange: okx`) has an account's alone in it.

        Several mappings with words of their own may be services as well.
        """
        names = self.vocabulary.exchange_names
        return (
            bool(inside)
            and len(outer.entries) == 1
            and any(plain(name) in names and self.names.provider.search(value) for name, value in outer.facts)
            and self._is_of_account(inner, inside)
        )

    def _is_of_account(self, inner: Frame, called: Sequence[Frame]) -> bool:
        """Say whether a mapping with several parts has a name that may be an account's: `desk`, not `heroku`."""
        words, tokens = self.vocabulary.foreign_words, self.names.lexicon.tokens
        parts = {self.names.of(name).part for name, _ in inner.facts} - {None}
        return len(parts) > 1 and all(
            frame.kind != "(" and words.isdisjoint(tokens(frame.name)) and not self.names.rival.search(frame.name)
            for frame in called
        )

    def _is_of_another_exchange(self, facts: Sequence[tuple[str, str]]) -> bool:
        """Say whether a mapping says what it is for, with a word of its own: `exchange: acme`."""
        said = {value.lower() for name, value in facts if plain(name) in self.vocabulary.exchange_names}
        return len(said) == 1 and all(
            _OWN_WORD.fullmatch(value) and not self.names.provider.search(value) and not self.names.is_neutral(value)
            for value in said
        )

    def _is_named(self, frame: Frame) -> bool:
        """Say whether a frame is called after the provider, by its name or by an entry such as `exchange: okx`."""
        who = (value for name, value in frame.facts if plain(name) in self.vocabulary.who_names)
        return any(self.names.provider.search(text) for text in (frame.name, *who))

    def _frame_says(self, frame: Frame) -> Context | None:
        texts = [
            frame.name,
            *(value for name, value in frame.facts if len(value) < 32 and not self.names.of(name).part),
        ]
        if any(self.names.provider.search(text) for text in texts):
            return Context.FRAME
        if self.names.rival.search(frame.name) or any(
            self.names.rival.fullmatch(value) for name, value in frame.facts if plain(name) in self.vocabulary.who_names
        ):
            return Context.RIVAL
        if self._is_of_another_exchange(frame.facts):
            return Context.RIVAL
        if any(_URL.match(value) and not _LOCAL.match(value) for _, value in frame.facts):
            return Context.NONE  # what stands beside another service's address is that service's
        return None

    def _near(self, at: int, view: Reading) -> Context:
        own = nearest(view.mentions, at)
        rival = nearest(view.rivals, at)
        if own is None:
            return Context.NONE
        if view.rival_path or (rival is not None and self._is_headed(own, rival, at, view)):
            return Context.RIVAL  # the nearer heading, comment or call is another provider's
        return Context.NEAR

    @staticmethod
    def _is_headed(own: int, rival: int, at: int, view: Reading) -> bool:
        """Say whether another provider's word before a place speaks of it, and not this one's: a nearer heading.

        Where the provider's stands behind the place, the other's is the heading if it is the nearer one by lines; and a
        place that things are kept in, `namespace: okx`, is none.
        """
        if rival >= at or view.same_line(own, rival):
            return False
        if own < at:
            return own < rival or _PLACE.search(view.text, max(0, own - 40), own) is not None
        return view.lines(rival, at) <= view.lines(at, own) and _EMPTY.search(view.text, at, own) is not None

    def marked_realm(self, texts: Sequence[str], syntax: Syntax) -> str | None:
        """Return the realm that the code around one credential says, such as a demo host or a sandbox switch.

        Notes and comments mention what a program can do, not which account a key is for.
        """
        if syntax is Syntax.PROSE:
            return None
        return _marked((_COMMENT.sub("", text[:MAX_MARKED]) for text in texts), self.pack.realm_marks)

    def marked_site(self, texts: Sequence[str]) -> str | None:
        """Return the one site or product that a text speaks of."""
        return _marked(texts, self.pack.site_marks) if self.pack.site_marks else None

    def realm(self, literal: Literal, meaning: Meaning, *, single: bool) -> str | None:
        """Return the realm that a value's name, frames and their switches say; `single` when a text has one account.

        A comment says nothing, and where the words disagree it is a live one: it must not be taken for less.
        """
        word, tokens = self.names.lexicon.realm_word, self.names.lexicon.tokens
        said = [meaning.realm, *(word(tokens(name.text)) for name in literal.names if name.bond is Bond.WRAPPED)]
        own = {id(frame) for frame in self._own_frames(literal.frame)}
        for frame in literal.frame.chain():
            if frame.parent is None and not single:
                break  # a switch beside several accounts says nothing of each
            if frame.is_remark:
                continue
            if id(frame) in own:
                said += [
                    self.names.lexicon.realm_word(self.names.lexicon.tokens(frame.name)),
                    self._realm_argument(frame),
                ]
            said.append(self._realm_flag(frame))
        return "live" if "live" in said else next(filter(None, said), None)

    def _own_frames(self, inner: Frame) -> Iterator[Frame]:
        """Yield the frames whose names speak of the credential: its call, its mapping, and an account's around these.

        The class, the function or the service that it stands in has a name of its own: DemoApplication holds live keys.
        """
        called = False
        for frame in inner.chain():
            if frame.kind in _BLOCKS and not frame.is_entry and (called or " " in frame.name):
                return
            yield frame
            if frame.is_entry and not self.names.is_account(frame.name):
                return
            called = called or frame.kind == "("

    def _realm_flag(self, frame: Frame) -> str | None:
        said = [
            self._flag(*fact)
            for fact in frame.facts
            if fact[1].lower() in self._positions_of_switches and fact not in frame.remarks
            # What a whole file says may be another exchange's switch, or the program's own.
            if frame.parent is not None or self.names.provider.search(fact[0])
        ]
        return "live" if "live" in said else next(filter(None, said), None)

    def _realm_argument(self, frame: Frame) -> str | None:
        """Read the switch among a call's arguments: AccountAPI(K, S, P, False, "1"), Environment("demo", K, S, P)."""
        if frame.kind != "(":
            return None
        realms = self.vocabulary.realms.items()
        said = {
            realm for name, value in frame.facts if not name for realm, words in realms if value.lower() in words.words
        }
        if len(said) == 1:
            return said.pop()
        for pattern, position in self.calls:
            at = position.realm_at
            if at is not None and at < len(frame.facts) and pattern.fullmatch(frame.name.rpartition(".")[2]):
                return {"1": "demo", "0": "live"}.get(frame.facts[at][1])
        return None

    def _flag(self, name: str, value: str) -> str | None:
        """Read a switch by its name: `flag = 1`, `sandbox: true`."""
        switch = plain(name.rpartition(".")[2])
        for word in self.names.words:
            switch = switch.removeprefix(word)
        realms = self.vocabulary.realms.items()
        return next((realm for realm, words in realms if value.lower() in words.flags.get(switch, ())), None)


def in_url(text: str, at: int) -> regex.Match[str] | None:
    """Return the address that a place lies in, as far as that place."""
    return _URL_BEFORE.search(text, max(0, at - 300), at)


def in_query(text: str, start: int, end: int) -> bool:
    """Say whether a value is one of several that a query or a form names: ?a=V&b=W."""
    return (
        _FIELD_BEFORE.search(text, max(0, start - 80), start) is not None
        or _FIELD_BEHIND.match(text, end, end + 80) is not None
    )


def _marked(texts: Iterable[str], marks_of: Mapping[str, tuple[str, ...]]) -> str | None:
    bare = [_BLANKS.sub("", text[:MAX_MARKED].lower()) for text in texts]
    found = {word for word, marks in marks_of.items() for text in bare if any(mark in text for mark in marks)}
    return found.pop() if len(found) == 1 else None


def _in_long_run(text: str, start: int, end: int) -> bool:
    """Say whether a hit lies in a run of letters and digits that no name is as long as: base64, or minified data."""
    before, after = _RUN_BEFORE.search(text, max(0, start - 48), start), _RUN_AFTER.match(text, end, end + 48)
    return (len(before[0]) if before else 0) + (len(after[0]) if after else 0) > 44


def nearest(positions: list[int], at: int) -> int | None:
    """Return the mention that speaks of a place: the last one before it, else one shortly behind."""
    index = bisect_left(positions, at)
    if index and at - positions[index - 1] <= NEAR_BEFORE:
        return positions[index - 1]
    if index < len(positions) and positions[index] - at <= NEAR_AFTER:
        return positions[index]
    return None
