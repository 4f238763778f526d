"""Where the rules match: which literals of a text are parts of a credential, and how sure that is.

A value is a part for what it looks like (a shape), for what it is called (its name, the mapping, section or call
around it), and for what the text speaks of (the provider's words near it, in its path, or anywhere). Each is
weak alone; `Context` orders the last, and `_confidence` weighs them.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

import regex

from keyguard import outline
from keyguard.checks import (
    character_classes,
    is_made_of,
    is_placeholder,
    is_reference,
    looks_made_up,
    unwrap_base64,
)
from keyguard.model import WHOLE_FILE, Blob, Confidence, Match, Region, Rule, Secret
from keyguard.outline import Bond, Frame, Literal, Syntax
from keyguard.rules import Pack, Part, RuleSet, plain

_BY_POSITION = "argument"  # the name of a part that its place among the arguments names
MAX_MARKED = 1 << 18  # code points in which marks of a realm are looked for
MAX_UNNAMED = 2  # shapes without a name in one text; more of them are data, not credentials
NEAR_BEFORE = 1200  # code points around a value in which a provider's word counts as near
NEAR_AFTER = 400


class TimeLimit(Exception):  # noqa: N818 - not an error: the blob is reported as skipped
    """Matching took longer than the limit for one blob."""


class Context(IntEnum):
    """How close a text comes to saying which provider a value belongs to; ordered, closest last."""

    RIVAL = -1  # it names another provider
    NONE = 0
    FILE = 1  # somewhere in the text
    PATH = 2
    NEAR = 3
    FRAME = 4  # an enclosing mapping, section or call, or a sibling such as `name: okx`
    NAME = 5  # the value's own name


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name says of its value."""

    part: str | None = None
    short: bool = False  # only a short name such as `key`: worth something in company
    unknown: bool = False  # holds words that no account's name would
    foreign: bool = False  # does so and does not name the provider: `HEROKU_API_KEY`
    other: bool = False  # says that the value is something else: `orderId`, `API_KEY_FILE`
    provider: bool = False
    bare: bool = False  # names an account and nothing else: `okx_live`
    rival: bool = False
    stem: tuple[str, ...] = ()
    realm: str | None = None


_NOTHING = Meaning()
_COMPONENT = regex.compile(r"->|::|__|[./:\\]+")
_TOKEN = regex.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_a-zA-Z]+")
_NESTED = regex.compile(r"(?i)(?:pass\w*|phrase|pwd|secret|[\w-]*key|pp|[ak]k|口令|密码|密钥)[\"'\\]{0,3}\s{0,3}[=:：]")
_URL_BEFORE = regex.compile(r"\b[a-z]{2,6}://[^\s\"'<>`]*$")
_BLANKS = regex.compile(r"[\s\"'`]+")
_RUN_BEFORE = regex.compile(r"[0-9A-Za-z+]*$")
_RUN_AFTER = regex.compile(r"[0-9A-Za-z+]*")
_EDGES = "*_~<>\"'`.,;|()[]{}"


class Matcher:
    """Finds the matches of a rule set in texts; one for a run, used by one thread at a time."""

    def __init__(self, rules: RuleSet, time_limit: float = 10.0) -> None:
        self.packs = [_PackMatcher(pack, rules) for pack in rules.packs]
        self.patterns = [
            (rule, regex.compile(rule.pattern, regex.MULTILINE)) for rule in rules.rules.values() if rule.pattern
        ]
        self.time_limit = time_limit

    def find(
        self, text: str, blob: Blob, place: Place | None = None, *, spoken: frozenset[str] = frozenset(), via: tuple[str, ...] = ()
    ) -> list[Match]:
        """Return the matches in a text, in their order; raises `TimeLimit`.

        `place` says where in the blob this text begins, and `spoken` which providers the rest of the blob speaks of,
        for large blobs that are read in parts.
        """
        deadline = time.monotonic() + self.time_limit
        lines = _Lines(text, place or Place())
        found: list[Match] = []
        try:
            for rule, pattern in self.patterns:
                for hit in pattern.finditer(text, timeout=self.time_limit):
                    found.append(_whole_match(rule, hit, blob, lines, via))
            for pack in self.packs:
                found += pack.find(text, blob, lines, deadline, spoken=pack.pack.id in spoken, via=via)
        except TimeoutError:
            raise TimeLimit from None
        return sorted(found, key=lambda match: (match.start, match.rule))


def _whole_match(rule: Rule, hit: regex.Match[str], blob: Blob, lines: _Lines, via: tuple[str, ...]) -> Match:
    """Make a match of a rule with a pattern: its group `value`, or all of it."""
    start, end = hit.span("value" if "value" in hit.re.groupindex else 0)
    return Match(
        rule=rule.id,
        provider=rule.provider,
        part=None,
        blob=blob,
        start=lines.place.offset + start,
        region=lines.region(start, end),
        value=Secret(hit.string[start:end].encode("utf-8", "surrogateescape")),
        confidence=Confidence.HIGH,
        via=via,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text begins in its blob: lines and code points before it, and code points before it on its first line."""

    lines: int = 0
    columns: int = 0
    offset: int = 0


class _Lines:
    """Turns offsets into lines and columns; counts only as far as it is asked."""

    def __init__(self, text: str, place: Place) -> None:
        self.text, self.place = text, place
        self.at, self.line = 0, place.lines + 1

    def region(self, start: int, end: int) -> Region:
        first, column = self._position(start)
        last, end_column = self._position(end)
        return Region(first, column, last, end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        if offset >= self.at:
            self.line += self.text.count("\n", self.at, offset)
        else:
            self.line -= self.text.count("\n", offset, self.at)
        self.at = offset
        line_end = self.text.rfind("\n", 0, offset)
        return self.line, offset - line_end + (self.place.columns if line_end < 0 else 0)


class _PackMatcher:
    """What one pack finds."""

    def __init__(self, pack: Pack, rules: RuleSet) -> None:
        self.pack = pack
        self.vocabulary = rules.vocabulary
        self.shapes: dict[str, regex.Pattern[str]] = {}
        self.weak: dict[str, regex.Pattern[str]] = {}
        for part in pack.parts.values():
            if part.shape:
                self.shapes[part.name] = regex.compile(part.shape)
                self.weak[part.name] = regex.compile(part.weak_shape or part.shape)
        shapes = "|".join(f"(?:{shape})" for part in pack.parts.values() for shape in (part.shape, part.weak_shape) if shape)
        self.any_shape = regex.compile(rf"(?<![0-9A-Za-z-])(?:{shapes})(?![0-9A-Za-z-])") if shapes else None
        self.free = [part for part in pack.parts.values() if part.shape is None]
        encoded = "|".join(f"(?:{part.base64})" for part in pack.parts.values() if part.base64)
        self.base64 = regex.compile(encoded) if encoded else None
        self.mention = _mention(pack.words)
        self.rival = _mention(self.vocabulary.rival_words)
        self.words = {plain(word) for word in pack.words}
        self.calls = [(regex.compile(p.call), p) for p in pack.positions if p.call]
        self.lists = [(regex.compile(p.list), p) for p in pack.positions if p.list]
        self.anchor = next(iter(pack.parts), "")
        self.meanings: dict[str, Meaning] = {}

    # --- one text

    def find(
        self, text: str, blob: Blob, lines: _Lines, deadline: float, *, spoken: bool, via: tuple[str, ...]
    ) -> Iterator[Match]:
        """Yield what one text holds of this pack's provider."""
        mentions = self._mentions(text, deadline)
        in_path = self.mention.search(blob.path) is not None
        if not (mentions or in_path or self._has_shape(text)):
            return
        rivals = [hit.start() for hit in self.rival.finditer(text)]
        view = _Text(text, outline.syntax_of(blob.path), mentions, rivals, in_path, spoken)
        literals = outline.read(text, blob.path, self._wanted, deadline)
        candidates = [candidate for literal in literals for candidate in self._candidates(literal, view)]
        candidates += self._beside(literals, candidates)
        settled = self._settled(candidates)
        single = len({c.value for c in settled if c.part.name == self.anchor}) < 2
        marked = self._marked_realm(text) if single and settled else None
        for candidate in settled:
            realm = self._realm(candidate, single=single) or marked
            yield self._match(candidate, blob, lines, via, realm)

    def _mentions(self, text: str, deadline: float) -> list[int]:
        """Return where the provider is spoken of; three letters inside a long run of them are chance."""
        hits = self.mention.finditer(text, timeout=max(0.1, deadline - time.monotonic()))
        return [hit.start() for hit in hits if not _in_long_run(text, hit.start(), hit.end())]

    def _has_shape(self, text: str) -> bool:
        return self.any_shape is not None and self.any_shape.search(text) is not None

    def _wanted(self, text: str) -> bool:
        shape = self.any_shape.search(text) if self.any_shape else None
        shape = shape or (self.base64.search(text) if self.base64 else None)
        return shape is not None and len(shape[0]) < len(text.strip()) or _NESTED.search(text) is not None

    # --- one literal

    def _candidates(self, literal: Literal, view: _Text) -> Iterator[_Candidate]:
        value, shift = _trimmed(literal)
        for part, strong, decoded in self._shaped(value):
            candidate = self._weigh_shape(literal, decoded or value, part, strong, view)
            if candidate is not None:
                length = len(value)
                via = ("base64",) if decoded is not None else ()
                yield replace(
                    candidate, value=decoded or value, start=literal.start + shift, end=literal.start + shift + length, via=via
                )
            return
        for part in self.free:
            if candidate := self._weigh_free(literal, part, view):
                yield candidate

    def _shaped(self, value: str) -> Iterator[tuple[Part, bool, str | None]]:
        if not 32 <= len(value) <= 56:
            return
        decoded = unwrap_base64(value) if len(value) in {44, 48, 52} else None
        for text, origin in ((value, None), (decoded, decoded)):
            if text is None:
                continue
            for name, shape in self.shapes.items():
                if strong := shape.fullmatch(text) is not None:
                    yield self.pack.parts[name], strong, origin
                elif self.weak[name].fullmatch(text):
                    yield self.pack.parts[name], False, origin

    def _weigh_shape(self, literal: Literal, value: str, part: Part, strong: bool, view: _Text) -> _Candidate | None:
        if looks_made_up(value) or self._is_sample(value):
            return None
        named, meaning = self._named(literal, part.name)
        position, strong_call = self._position(literal)
        if meaning.part not in {None, part.name} or (meaning.other and meaning.part is None):
            return None
        if meaning.part is None and position is not None and position != part.name:
            return None
        if meaning.part is None and position is None and _assigned(literal) and not (meaning.provider and meaning.bare):
            return None  # it has a name, and the name says nothing of a credential
        if not named and position is None and view.syntax is Syntax.PROSE and self._spoken_of_as_other(view, literal):
            return None
        context = self._context(literal, meaning, view)
        if context is Context.RIVAL:
            return None
        certain = meaning.part == part.name or position == part.name
        if not strong and not (certain and not meaning.short and context >= Context.FILE):
            return None
        if meaning.foreign and context < Context.FRAME:
            context = Context.NONE
        confidence = _confidence(certain, meaning, strong, max(context, Context.FRAME if strong_call and certain else context))
        if position is not None:
            named, meaning = named or _BY_POSITION, replace(meaning, stem=())
        return _Candidate(literal, part, confidence, meaning, context, named)

    def _weigh_free(self, literal: Literal, part: Part, view: _Text) -> _Candidate | None:
        named, meaning = self._named(literal, part.name)
        position, _ = self._position(literal)
        if meaning.part != part.name and (meaning.part is not None or meaning.other or position != part.name):
            return None
        value, start, end = literal.value, literal.start, literal.end
        if literal.quoted and len(value) > 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]  # a string that holds a string
            start = max(start, view.text.find(value, start))
            end = start + len(value)
        if not literal.quoted:
            code = view.syntax is Syntax.CODE and literal.limit < 0  # what a string holds is no expression
            if code and not _in_comment(view.text, literal.start):
                return None
            bound = next((name for name in literal.names if name.text == named and name.value_start >= 0), None)
            if bound is None and code:
                return None
            if bound is not None and (view.syntax is not Syntax.LINE or literal.limit >= 0):
                syntax = Syntax.PROSE if literal.limit >= 0 else view.syntax
                start, end = outline.rest_of_value(view.text, bound.value_start, syntax, literal.limit)
                value = view.text[start:end].strip("`*\"'")
                start = view.text.find(value, start)
                end = start + len(value)
        context = self._context(literal, meaning, view)
        if context is Context.RIVAL or (meaning.foreign and context < Context.FRAME):
            return None
        plausible = self._plausible(value, part)
        if plausible is None or (meaning.part is not None and named and plain(named) == plain(value)):
            return None
        weak_bond = meaning.part is not None and self._bond(literal, named) is Bond.NEAR
        confidence = Confidence.LOW
        if plausible and not weak_bond and meaning.part == part.name:
            if context is Context.NAME:
                confidence = Confidence.HIGH if character_classes(value) == 4 else Confidence.MEDIUM
            elif context is Context.FRAME and not meaning.short:
                confidence = Confidence.MEDIUM
        if meaning.part is None:
            named = _BY_POSITION
        return _Candidate(literal, part, confidence, meaning, context, named, value=value, start=start, end=end)

    @staticmethod
    def _bond(literal: Literal, named: str) -> Bond:
        return next((name.bond for name in literal.names if name.text == named), Bond.ASSIGNED)

    def _plausible(self, value: str, part: Part) -> bool | None:
        """Say whether free text is a value: None when it is none, False when it may be one in company only."""
        words = self.vocabulary
        if not part.minimum <= len(value) <= part.maximum or any(c.isspace() for c in value):
            return None
        if is_placeholder(value, words.placeholder_marks) or is_reference(value, words.reference_marks):
            return None
        if (decoded := unwrap_base64(value)) and is_placeholder(decoded, words.placeholder_marks):
            return None
        if self._is_sample(value) or self.meaning(value).part is not None and not any(c.isdigit() for c in value):
            return None
        if value.isdigit() and len(value) < 6 or not any(c.isalnum() for c in value):
            return None
        if is_made_of(value, words.placeholder_words):
            return False if character_classes(value) >= 3 else None
        # Without a digit it may be a label or a message; with two classes it may be a name.
        return len(value) >= 8 and character_classes(value) >= 3 and any(c.isdigit() for c in value)

    def _is_sample(self, value: str) -> bool:
        return hashlib.sha256(value.lower().encode("utf-8", "surrogateescape")).hexdigest()[:32] in self.pack.samples

    # --- names

    def _named(self, literal: Literal, part: str) -> tuple[str, Meaning]:
        """Return the first name that says something, and what it says."""
        for name in literal.names:
            if name.bond is Bond.WRAPPED and self.pack.parts[part].shape is None and not _is_wrapper(literal.frame):
                continue
            meaning = self.meaning(name.text)
            if name.bond in {Bond.NEAR, Bond.PAIR, Bond.CALLEE} and meaning.part is None:
                continue
            if name.bond is Bond.CALLEE and meaning.short:
                continue  # AccountAPI(...) says nothing of its first argument
            if name.bond is Bond.NEAR and (meaning.unknown or (meaning.short and meaning.part != part)):
                continue
            if meaning.part is not None or meaning.other or meaning.rival:
                return name.text, meaning
        for name in literal.names:
            if name.bond is not Bond.NEAR and (meaning := self.meaning(name.text)).provider:
                return name.text, meaning
        return "", _NOTHING

    def meaning(self, name: str) -> Meaning:
        """Return what a name says, remembered."""
        if name not in self.meanings:
            if len(self.meanings) > 20_000:
                self.meanings.clear()
            self.meanings[name] = self._meaning(name)
        return self.meanings[name]

    def _meaning(self, name: str) -> Meaning:
        components = [component for component in _COMPONENT.split(name.strip("\"'`$@* ")) if component.strip()]
        if not components or len(name) > 120:
            return _NOTHING
        provider = self.mention.search(name) is not None
        rival = not provider and self.rival.search(name) is not None
        tokens = self._tokens(components[-1])
        if len(components) > 1 and len(tokens) == 1:
            tokens = self._tokens(components[-2])[-1:] + tokens  # okx.api.secret
        vocabulary = self.vocabulary
        best: tuple[int, int, int, str, bool] | None = None
        for first in range(len(tokens)):
            for last in range(first + 1, len(tokens) + 1):
                joined = "".join(tokens[first:last])
                for part in self.pack.parts.values():
                    if joined in part.names or joined in part.short_names:
                        key = (len(joined), last, first, part.name, joined not in part.names)
                        best = max(best, key) if best else key
        realm = self._realm_word(tokens)
        if best is None:
            other = bool(tokens) and ("".join(tokens) in vocabulary.other_names or self._says_other(tokens))
            account = all(self._is_account(t) for component in components for t in self._tokens(component))
            return Meaning(other=other, provider=provider, bare=account, rival=rival, realm=realm)
        _, last, first, part_name, short = best
        before = [t for t in tokens[:first] if t not in self.words]
        after = [t for t in tokens[last:] if t not in self.words]
        rest = before + after
        unknown = [t for t in rest if not self._is_account(t)]
        about = any(t in vocabulary.about_words for t in after)
        if "".join(tokens) in vocabulary.other_names or about or (after and unknown and self.pack.parts[part_name].shape is None):
            return Meaning(other=True, provider=provider, rival=rival)
        foreign = bool(unknown)
        if short and foreign:
            return Meaning(other=any(t in vocabulary.foreign_words for t in rest), provider=provider, rival=rival)
        if any(t in vocabulary.foreign_words for t in rest) and not provider:
            return Meaning(other=True, rival=rival)
        return Meaning(
            part_name, short, foreign, foreign and not provider, provider=provider, rival=rival, stem=tuple(sorted(rest)), realm=realm
        )

    def _is_account(self, token: str) -> bool:
        return token in self.words or token in self.vocabulary.account_words or token.isdigit() or len(token) == 1

    def _tokens(self, name: str) -> list[str]:
        tokens: list[str] = []
        for token in (found.lower() for found in _TOKEN.findall(name)):
            word = next((w for w in self.words if token.startswith(w) and token != w and len(w) > 2), None)
            tokens += [word, token[len(word) :]] if word else [token]
        return tokens

    def _says_other(self, tokens: list[str]) -> bool:
        vocabulary = self.vocabulary
        return any("".join(tokens[n:]) in vocabulary.other_names for n in range(len(tokens))) or (
            tokens[-1] in vocabulary.about_words
        )

    def _spoken_of_as_other(self, view: _Text, literal: Literal) -> bool:
        """Say whether running text calls what follows an id or a hash: 'request ids such as ...'."""
        text, at = view.text, literal.start
        before = text[max(text.rfind("\n", 0, at) + 1, at - 60) : at]
        return any(token.lower() in self.vocabulary.other_names for token in _TOKEN.findall(before))

    def _realm_word(self, tokens: Iterable[str]) -> str | None:
        found = {name for name, realm in self.vocabulary.realms.items() if any(t in realm.words for t in tokens)}
        return found.pop() if len(found) == 1 else None

    # --- surroundings

    def _position(self, literal: Literal) -> tuple[str | None, bool]:
        """Return the part that a call's or list's argument is by its position, and whether the call says so alone."""
        frame = literal.frame
        if literal.names and literal.names[0].bond is Bond.ASSIGNED:
            return None, False
        choices = self.calls if frame.kind == "(" else self.lists if frame.kind == "[" else []
        callee = frame.name if frame.kind == "[" else frame.name.rpartition(".")[2].rpartition("::")[2]
        for pattern, position in choices:
            if (pattern.fullmatch(callee) or pattern.fullmatch(frame.name)) and callee:
                index = literal.index
                return (position.order[index] if index < len(position.order) else None), position.strong
        return None, False

    def _context(self, literal: Literal, meaning: Meaning, view: _Text) -> Context:
        if meaning.provider:
            return Context.NAME
        if meaning.rival:
            return Context.RIVAL
        if address := _URL_BEFORE.search(view.text, max(0, literal.start - 300), literal.start):
            return Context.FRAME if self.mention.search(address[0]) else Context.RIVAL
        for frame in literal.frame.chain():
            if frame.parent is None:
                break
            says = self._frame_says(frame)
            if says is not None:
                return says
        for name in literal.names:
            if name.bond is not Bond.NEAR and self.mention.search(name.text):
                return Context.FRAME
        near = self._near(literal.start, view)
        if near is not Context.NONE:
            return near
        if view.in_path:
            return Context.PATH
        return Context.FILE if view.mentions or view.spoken else Context.NONE

    def _frame_says(self, frame: Frame) -> Context | None:
        texts = [frame.name, *(value for name, value in frame.facts if len(value) < 32 and not self.meaning(name).part)]
        if any(self.mention.search(text) for text in texts):
            return Context.FRAME
        if self.rival.search(frame.name) or any(
            self.rival.fullmatch(value) for name, value in frame.facts if plain(name) in _WHO
        ):
            return Context.RIVAL
        return None

    def _near(self, at: int, view: _Text) -> Context:
        own = _nearest(view.mentions, at)
        rival = _nearest(view.rivals, at)
        if own is None:
            return Context.NONE
        if rival is not None and rival > own and not view.same_line(own, rival):
            return Context.FILE
        return Context.NEAR

    def _marked_realm(self, text: str) -> str | None:
        """Return the realm that a text with one credential speaks of, such as a demo host or a sandbox switch."""
        bare = _BLANKS.sub("", text[:MAX_MARKED].lower())
        found = {realm for realm, marks in self.pack.realm_marks.items() if any(mark in bare for mark in marks)}
        return found.pop() if len(found) == 1 else None

    def _realm(self, candidate: _Candidate, *, single: bool) -> str | None:
        if candidate.meaning.realm:
            return candidate.meaning.realm
        for frame in candidate.literal.frame.chain():
            if frame.parent is None and not single:
                return None  # a switch beside several accounts says nothing of each
            if realm := self._realm_word(self._tokens(frame.name)):
                return realm
            if realm := self._realm_flag(frame):
                return realm
        return None

    def _realm_flag(self, frame: Frame) -> str | None:
        for _, position in self.calls:
            at = position.realm_at
            if at is not None and frame.kind == "(" and frame.count > at and regex.fullmatch(position.call or "", frame.name.rpartition(".")[2]):
                value = frame.facts[at][1] if at < len(frame.facts) else ""
                return {"1": "demo", "0": "live"}.get(value)
        for name, value in frame.facts:
            tokens = plain(name.rpartition(".")[2])
            for word in self.words:
                tokens = tokens.removeprefix(word)
            for realm, words in self.vocabulary.realms.items():
                if value.lower() in words.flags.get(tokens, ()):
                    return realm
        return None

    # --- what stands together

    def _beside(self, literals: list[Literal], candidates: list[_Candidate]) -> Iterator[_Candidate]:
        """Find free text next to shapes in one list of arguments, whatever is called: f(K, S, "P")."""
        shaped: dict[int, dict[str, int]] = {}
        for candidate in candidates:
            frame = candidate.literal.frame
            if candidate.part.shape is not None and frame.kind in {"(", "[", "{", "row"}:
                shaped.setdefault(id(frame), {})[candidate.part.name] = candidate.literal.index
        taken = {(id(c.literal.frame), c.part.name) for c in candidates if c.part.shape is None}
        for literal in literals:
            indexes = shaped.get(id(literal.frame), {})
            if len(indexes) < len(self.shapes) or not literal.quoted or _assigned(literal):
                continue
            for part in self.free:
                first, last = min(indexes.values()), max(indexes.values())
                fits = literal.index == last + 1 or first < literal.index < last
                if fits and (id(literal.frame), part.name) not in taken and self._plausible(literal.value, part) is not None:
                    taken.add((id(literal.frame), part.name))
                    yield _Candidate(
                        literal, part, Confidence.LOW, _NOTHING, Context.NONE, _BY_POSITION,
                        value=literal.value, start=literal.start, end=literal.end,
                    )  # fmt: skip

    def _settled(self, candidates: list[_Candidate]) -> list[_Candidate]:
        """Drop doubles, and free text of short names that stands in no company; undo base64 in encoded mappings."""
        # A row that holds free text fit for a passphrase too is no data.
        full = {
            id(c.literal.frame) for c in candidates if c.named == _BY_POSITION and self._plausible(c.value, c.part)
        } if self.free else set()
        candidates = [
            replace(c, named=_BY_POSITION) if not c.named and id(c.literal.frame) in full else c for c in candidates
        ]
        unnamed = Counter(candidate.part.name for candidate in candidates if not candidate.named)
        candidates = [c for c in candidates if c.named or unnamed[c.part.name] <= MAX_UNNAMED]
        shaped = [candidate for candidate in candidates if candidate.part.shape is not None]
        frames = {id(candidate.literal.frame) for candidate in shaped}
        encoded = {id(candidate.literal.frame) for candidate in shaped if candidate.via}
        settled: dict[tuple[int, str], _Candidate] = {}
        for candidate in candidates:
            if candidate.part.shape is None:
                if candidate.meaning.short and not shaped:
                    continue
                if candidate.named == _BY_POSITION and id(candidate.literal.frame) not in frames:
                    continue
                if id(candidate.literal.frame) in encoded and (text := unwrap_base64(candidate.value)):
                    candidate = replace(candidate, value=text, via=("base64",))  # noqa: PLW2901
            key = (candidate.start, candidate.part.name)
            if key not in settled or settled[key].confidence < candidate.confidence:
                settled[key] = candidate
        return sorted(settled.values(), key=lambda candidate: candidate.start)

    def _match(
        self, candidate: _Candidate, blob: Blob, lines: _Lines, via: tuple[str, ...], realm: str | None
    ) -> Match:
        part = candidate.part
        return Match(
            rule=part.rule,
            provider=self.pack.id,
            part=part.name,
            blob=blob,
            start=lines.place.offset + candidate.start,
            region=lines.region(candidate.start, candidate.end),
            value=Secret(candidate.value.encode("utf-8", "surrogateescape"), part.shown),
            confidence=candidate.confidence,
            name=plain(candidate.named),
            stem=" ".join(candidate.meaning.stem),
            scopes=tuple(
                frame.start + lines.place.offset if frame.start != WHOLE_FILE else WHOLE_FILE
                for frame in candidate.literal.frame.chain()
            ),
            named_provider=candidate.context >= Context.FRAME,
            near_provider=candidate.context >= Context.PATH,
            loose=part.shape is None and candidate.meaning.short and candidate.context < Context.FRAME,
            realm=realm,
            via=(*via, *candidate.via),
        )


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with what it speaks of."""

    text: str
    syntax: Syntax
    mentions: list[int]
    rivals: list[int]
    in_path: bool
    spoken: bool  # the rest of the blob speaks of the provider

    def same_line(self, first: int, second: int) -> bool:
        return "\n" not in self.text[min(first, second) : max(first, second)]


@dataclass(frozen=True, slots=True)
class _Candidate:
    literal: Literal
    part: Part
    confidence: Confidence
    meaning: Meaning
    context: Context
    named: str
    value: str = ""
    start: int = 0
    end: int = 0
    via: tuple[str, ...] = ()


_WHO = frozenset("name exchange exchangename exchangeid id provider venue type platform market broker site ex connector service cex".split())
_WRAPPERS = frozenset(
    "some string from new bytes bytearray str tostring secret secretstr secretstring securestring sensitive quote strdup buffer encode"
    " just ok b64 freeze box arc cstring cstr stringof valueof literal asstring nsstring text c list array".split()
)


def _assigned(literal: Literal) -> bool:
    return bool(literal.names) and literal.names[0].bond in {Bond.ASSIGNED, Bond.FRAME}


def _is_wrapper(frame: Frame) -> bool:
    return frame.kind in "[{" or plain(regex.split(r"[.:]+", frame.name)[-1]) in _WRAPPERS


def _mention(words: Iterable[str]) -> regex.Pattern[str]:
    """Build the pattern of a provider's words: whole words, or the humps of a camel-case one."""
    lower = "|".join(regex.escape(word) for word in words)
    humps = "|".join(sorted({regex.escape(w) for word in words if word.isascii() for w in (word.upper(), word.capitalize())}))
    return regex.compile(rf"(?i:(?<![a-z])(?:{lower}))|(?<![A-Z])(?:{humps})(?![a-z])")


def _in_long_run(text: str, start: int, end: int) -> bool:
    """Say whether a hit lies in a run of letters and digits that no name is as long as: base64, or minified data."""
    before, after = _RUN_BEFORE.search(text, max(0, start - 48), start), _RUN_AFTER.match(text, end, end + 48)
    return (len(before[0]) if before else 0) + (len(after[0]) if after else 0) > 44


def _nearest(positions: list[int], at: int) -> int | None:
    """Return the mention that speaks of a place: the last one before it, else one shortly behind."""
    index = bisect_left(positions, at)
    if index and at - positions[index - 1] <= NEAR_BEFORE:
        return positions[index - 1]
    if index < len(positions) and positions[index] - at <= NEAR_AFTER:
        return positions[index]
    return None


def _trimmed(literal: Literal) -> tuple[str, int]:
    """Return a value without the decoration of running text, and how far it starts behind the literal."""
    value = literal.value
    if not literal.quoted:
        stripped = value.lstrip(_EDGES)
        return stripped.rstrip(_EDGES), len(value) - len(stripped)
    stripped = value.strip()
    return stripped, len(value) - len(value.lstrip())


def _in_comment(text: str, at: int) -> bool:
    line = text[text.rfind("\n", 0, at) + 1 : at].lstrip()
    return line.startswith(("#", "//", "*", "/*", "--", ";", "<!--"))


def _confidence(certain: bool, meaning: Meaning, strong: bool, context: Context) -> Confidence:
    """Weigh a shaped value: `certain` when a name or position says the part, `strong` when the shape is exact."""
    if certain and context >= Context.FRAME:
        return Confidence.HIGH if strong else Confidence.MEDIUM
    if certain and context >= Context.PATH and strong:
        return Confidence.MEDIUM if meaning.short else Confidence.HIGH
    if certain and context is Context.FILE and strong and not meaning.short:
        return Confidence.MEDIUM
    if not certain and meaning.provider and meaning.bare and strong:
        return Confidence.MEDIUM
    return Confidence.LOW
