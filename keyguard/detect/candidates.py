"""Weighs the literals of a text as parts of one pack's credential, each by itself and then beside the others."""

from __future__ import annotations

import hashlib
import posixpath
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import regex

from keyguard.detect.names import NOTHING, Meaning, Names
from keyguard.detect.surroundings import Context, Reading, Surroundings
from keyguard.detect.values import (
    character_classes,
    is_made_of,
    is_placeholder,
    is_reference,
    looks_made_up,
    unwrap_base64,
)
from keyguard.model import WHOLE_FILE, Blob, Confidence, Match, Region, Secret
from keyguard.packs import Pack, Part, Vocabulary, free_names, plain
from keyguard.text import outline
from keyguard.text.outline import Bond, Frame, Literal, Name, Syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPANY = 600  # code points from free text like `test123` to the parts that make it one
MAX_SPOKEN = 160  # the same where the text speaks of the provider: a table of accounts
MAX_SHAPES = 40  # in a text in which none stands behind a part's name; more of them are data
MAX_UNNAMED = 2  # shapes without a name in one text; more of them are data, not credentials

_BY_POSITION = "argument"  # the name of a part that its place among the arguments names
_NESTED = regex.compile(
    r"(?i)(?:pass\w{0,12}|phrase|pwd|secret|key|pp|[ak]k|口令|密码|密钥)[\"'\\]{0,3}\s{0,3}[=:\uff1a]"
)
_VALUE = regex.compile(r"[^\s\"'`,;(){}\[\]<>|]{8,40}")
_GOES_ON = regex.compile(r"\s|[,;&|][\w\"' ]+[=:]|\\[\"'n]")
_EDGES = "*_~<>\"'`.,;|()[]{}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text begins in its blob: lines and code points before it, and code points before it on its first line."""

    lines: int = 0
    columns: int = 0
    offset: int = 0


class Lines:
    """Turns offsets into lines and columns; counts only as far as it is asked."""

    def __init__(self, text: str, place: Place) -> None:
        self.text, self.place = text, place
        self.at, self.line = 0, place.lines + 1

    def region(self, start: int, end: int) -> Region:
        """Return where a span stands in the blob."""
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A literal that may be a part, and what speaks for it."""

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


class PackMatcher:
    """What one pack finds."""

    def __init__(self, pack: Pack, vocabulary: Vocabulary) -> None:
        self.pack = pack
        self.vocabulary = vocabulary
        self.names = Names(pack, vocabulary)
        self.surroundings = Surroundings(self.names)
        self.free = [part for part in pack.parts.values() if part.shape is None]
        self.shapes = {part.name: regex.compile(part.shape) for part in pack.parts.values() if part.shape}
        self.weak = {
            part.name: regex.compile(part.weak_shape or part.shape) for part in pack.parts.values() if part.shape
        }
        strong = "|".join(f"(?:{part.shape})" for part in pack.parts.values() if part.shape)
        # What is weak counts only as the whole of a value, and behind a slash it is a piece of an address.
        weak = "|".join(f"(?<!/)(?:{part.weak_shape})" for part in pack.parts.values() if part.weak_shape)
        shapes = "|".join(filter(None, (strong, weak)))
        self.any_shape = regex.compile(rf"(?<![0-9A-Za-z-])(?:{shapes})(?![0-9A-Za-z-])") if shapes else None

    @cached_property
    def base64(self) -> regex.Pattern[str] | None:
        """The shapes' base64 forms; this and what follows is compiled when it is needed, 10 ms each."""
        encoded = "|".join(f"(?:{part.base64})" for part in self.pack.parts.values() if part.base64)
        return regex.compile(encoded) if encoded else None

    @cached_property
    def named_shape(self) -> regex.Pattern[str]:
        """A shape right behind a part's name."""
        named = (
            rf"(?i:{'|'.join(sorted(filter(lambda name: len(name) > 1, part.short_names)))})[^\w\n]{{1,12}}"
            rf"(?:{part.shape})"
            for part in self.pack.parts.values()
            if part.shape
        )
        return regex.compile("|".join(named) or "(?!)")

    @cached_property
    def free_names(self) -> regex.Pattern[str]:
        """The names of free text."""
        return regex.compile(rf"(?i){'|'.join(free_names(self.pack)) or '(?!)'}")

    # --- one text

    def find(
        self, text: str, blob: Blob, lines: Lines, deadline: float, *, spoken: bool, via: tuple[str, ...]
    ) -> Iterator[Match]:
        """Yield what one text holds of this pack's provider."""
        self.surroundings.begin()
        mentions = self.surroundings.mentions(text, deadline)
        in_path = self.names.provider.search(blob.path) is not None
        rival_path = not in_path and self.names.rival.search(blob.path) is not None
        labelled = (in_path and self._is_label(blob.path)) or self.is_table(text, blob.path)
        if not labelled and not self._worth_reading(text, spoken=bool(mentions) or in_path):
            return
        view = Reading(text, outline.syntax_of(blob.path), mentions, self.names.rival, in_path, rival_path, spoken)
        literals = outline.read(text, blob.path, self._wanted, deadline)
        candidates = [candidate for literal in literals for candidate in self._candidates(literal, view)]
        candidates += self._beside(literals, candidates)
        settled = self._settled(candidates)
        single = all(len({c.value for c in settled if c.part.name == name}) < 2 for name in self.shapes)
        marked = self.surroundings.marked_realm(text, view.syntax) if single and settled else None
        site = self.surroundings.marked_site(text) if settled else None
        for candidate in settled:
            realm = self.surroundings.realm(candidate.literal, candidate.meaning, single=single) or marked
            yield self._match(candidate, blob, lines, via, (realm, site))

    def is_table(self, text: str, path: str) -> bool:
        """Say whether a text is a table whose header names parts: however many values it has, they are credentials."""
        if outline.syntax_of(path) is not Syntax.TABLE:
            return False
        columns = regex.split(r"[,;\t]", text[: text.find("\n") + 1])
        return len({part for column in columns if (part := self.names.meaning(column.strip(' "\r\n')).part)}) > 1

    def _is_label(self, path: str) -> bool:
        name = posixpath.basename(path)
        return self.free_names.search(name) is not None

    def _worth_reading(self, text: str, *, spoken: bool) -> bool:
        """Say whether a text may hold a part at all: reading it costs a hundred times what looking for values does."""
        if self.any_shape is not None and (shapes := len(self.any_shape.findall(text))):
            return shapes <= (MAX_SPOKEN if spoken else MAX_SHAPES) or self.named_shape.search(text) is not None
        if not spoken:
            return False
        if self.base64 is not None and self.base64.search(text):
            return True
        return any(
            self._plausible(value, part)
            for hit in self.free_names.finditer(text)
            for value in _VALUE.findall(text, hit.start(), hit.end() + 160)
            for part in self.free
        )

    def _has_shape(self, text: str) -> bool:
        return self.any_shape is not None and self.any_shape.search(text) is not None

    def _wanted(self, text: str) -> bool:
        shape = self.any_shape.search(text) if self.any_shape else None
        shape = shape or (self.base64.search(text) if self.base64 else None)
        return (shape is not None and len(shape[0]) < len(text.strip())) or _NESTED.search(text) is not None

    # --- one literal

    def _candidates(self, literal: Literal, view: Reading) -> Iterator[Candidate]:
        value, shift = _trimmed(literal)
        for part, strong, decoded in self._shaped(value):
            candidate = self._weigh_shape(literal, decoded or value, part, strong, view)
            # Nobody encodes a key for secrecy where no word says whose it is, and no gate looks for it there.
            if candidate is not None and (decoded is None or candidate.context >= Context.FILE):
                length = len(value)
                via = ("base64",) if decoded is not None else ()
                yield replace(
                    candidate,
                    value=decoded or value,
                    start=literal.start + shift,
                    end=literal.start + shift + length,
                    via=via,
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

    def _weigh_shape(self, literal: Literal, value: str, part: Part, strong: bool, view: Reading) -> Candidate | None:
        if looks_made_up(value) or self._is_sample(value):
            return None
        named, meaning = self._named(literal, part.name)
        position, strong_call = self.surroundings.position(literal)
        if meaning.part not in {None, part.name} or (meaning.other and meaning.part is None):
            return None
        if position != part.name:
            position = None  # a context or a logger may stand in front
        if meaning.part is None and position is None and _assigned(literal) and not (meaning.provider and meaning.bare):
            return None  # it has a name, and the name says nothing of a credential
        if not named and position is None and view.syntax is Syntax.PROSE:
            line = view.text.rfind("\n", 0, literal.start) + 1
            if self.names.speaks_of_other(view.text[max(line, literal.start - 60) : literal.start]):
                return None
        context = self.surroundings.context(literal, meaning, view)
        if context is Context.RIVAL:
            return None
        certain = part.name in (meaning.part, position)
        if not strong and not (certain and not meaning.short and context >= Context.FILE):
            return None
        if meaning.foreign and context < Context.FRAME:
            context = Context.NONE
        confidence = _confidence(
            certain, meaning, strong, max(context, Context.FRAME if strong_call and certain else context)
        )
        if position is not None:
            named, meaning = named or _BY_POSITION, replace(meaning, stem=())
        return Candidate(literal, part, confidence, meaning, context, named)

    def _weigh_free(self, literal: Literal, part: Part, view: Reading) -> Candidate | None:
        named, meaning = self._named(literal, part.name)
        position, _ = self.surroundings.position(literal)
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
                whole = view.text[start : literal.limit] if literal.limit >= 0 else ""
                if whole and not _GOES_ON.search(whole):
                    value = whole  # the string holds one name and its value
                else:
                    value = view.text[start:end].strip("`\"'")
                    value = value.strip("*") if value.startswith("*") else value
                start = view.text.find(value, start)
                end = start + len(value)
        context = self.surroundings.context(literal, meaning, view)
        if context is Context.RIVAL or (meaning.foreign and context < Context.FRAME):
            return None
        plausible = self._plausible(value, part)
        weak_bond = meaning.part is not None and self._bond(literal, named) is Bond.NEAR
        if weak_bond and not literal.quoted and (not plausible or view.syntax is Syntax.LINE):
            return None  # running words: "; passphrase comes from secrets.env"
        if plausible is None or (meaning.part is not None and named and plain(named) == plain(value)):
            return None
        confidence = Confidence.LOW
        if plausible and not weak_bond and meaning.part == part.name:
            if context is Context.NAME:
                confidence = Confidence.HIGH if character_classes(value) == 4 else Confidence.MEDIUM
            elif context is Context.FRAME and not meaning.short:
                confidence = Confidence.MEDIUM
        if meaning.part is None:
            named = _BY_POSITION
        return Candidate(literal, part, confidence, meaning, context, named, value=value, start=start, end=end)

    def _is_wrapper(self, frame: Frame) -> bool:
        """Say whether a value inside a call is still the value: Some("..."), String::from("...")."""
        return frame.kind in "[{" or plain(regex.split(r"[.:]+", frame.name)[-1]) in self.vocabulary.wrapper_calls

    def _plainest(self, literal: Literal, name: Name, meaning: Meaning) -> tuple[str, Meaning]:
        """Prefer the name without the words in front of it that are no account's: '07.12Z OKX_API_KEY'."""
        if meaning.part is not None and meaning.unknown:
            for other in literal.names:
                shorter = self.names.meaning(other.text)
                if other.bond is name.bond and shorter.part == meaning.part and not shorter.unknown:
                    return other.text, shorter
        return name.text, meaning

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
        if self._is_sample(value) or (
            self.names.meaning(value).part is not None and not any(c.isdigit() for c in value)
        ):
            return None
        if value.isdigit():
            return False if len(value) >= 6 else None
        if not any(c.isalnum() for c in value):
            return None
        if is_made_of(value, words.placeholder_words):
            # `test` is a placeholder, `test123` and `Password1!` are what some people type.
            return False if any(c.isdigit() for c in value) or character_classes(value) >= 3 else None
        # Without a digit it may be a label or a message; with two classes it may be a name.
        return len(value) >= 8 and character_classes(value) >= 3 and any(c.isdigit() for c in value)

    def _is_sample(self, value: str) -> bool:
        return hashlib.sha256(value.lower().encode("utf-8", "surrogateescape")).hexdigest()[:32] in self.pack.samples

    # --- names

    def _named(self, literal: Literal, part: str) -> tuple[str, Meaning]:
        """Return the first name that says something, and what it says."""
        for name in literal.names:
            if (
                name.bond is Bond.WRAPPED
                and self.pack.parts[part].shape is None
                and not self._is_wrapper(literal.frame)
            ):
                continue
            meaning = self.names.meaning(name.text)
            if name.bond in {Bond.NEAR, Bond.PAIR, Bond.CALLEE} and meaning.part is None:
                continue
            if name.bond is Bond.CALLEE and meaning.short:
                continue  # AccountAPI(...) says nothing of its first argument
            if name.bond is Bond.NEAR and (meaning.unknown or (meaning.short and meaning.part != part)):
                continue
            if meaning.part is not None or meaning.other or meaning.rival:
                return self._plainest(literal, name, meaning)
        for name in literal.names:
            if name.bond is not Bond.NEAR and (meaning := self.names.meaning(name.text)).provider:
                return name.text, meaning
        return "", NOTHING

    # --- what stands together

    def _beside(self, literals: list[Literal], candidates: list[Candidate]) -> Iterator[Candidate]:
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
                if (
                    fits
                    and (id(literal.frame), part.name) not in taken
                    and self._plausible(literal.value, part) is not None
                ):
                    taken.add((id(literal.frame), part.name))
                    yield Candidate(
                        literal, part, Confidence.LOW, NOTHING, Context.NONE, _BY_POSITION,
                        value=literal.value, start=literal.start, end=literal.end,
                    )  # fmt: skip

    def _settled(self, candidates: list[Candidate]) -> list[Candidate]:
        """Drop doubles, and free text of short names that stands in no company; undo base64 in encoded mappings."""
        # A row that holds free text fit for a passphrase too is no data.
        full = (
            {id(c.literal.frame) for c in candidates if c.named == _BY_POSITION and self._plausible(c.value, c.part)}
            if self.free
            else set()
        )
        candidates = [
            replace(c, named=_BY_POSITION) if not c.named and id(c.literal.frame) in full else c for c in candidates
        ]
        unnamed = Counter(candidate.part.name for candidate in candidates if not candidate.named)
        candidates = [c for c in candidates if c.named or unnamed[c.part.name] <= MAX_UNNAMED]
        shaped = [candidate for candidate in candidates if candidate.part.shape is not None]
        frames = {id(candidate.literal.frame) for candidate in shaped}
        encoded = {_wrapping(candidate.literal.frame) for candidate in shaped if candidate.via}
        settled: dict[tuple[int, str], Candidate] = {}
        for candidate in candidates:
            if candidate.part.shape is None:
                if candidate.meaning.short and not shaped:
                    continue
                if candidate.named == _BY_POSITION and id(candidate.literal.frame) not in frames:
                    continue
                if not self._plausible(candidate.value, candidate.part) and not self._in_company(candidate, shaped):
                    continue
                if _wrapping(candidate.literal.frame) in encoded and (text := unwrap_base64(candidate.value)):
                    candidate = replace(candidate, value=text, via=("base64",))  # noqa: PLW2901
            key = (candidate.start, candidate.part.name)
            if key not in settled or settled[key].confidence < candidate.confidence:
                settled[key] = candidate
        return sorted(settled.values(), key=lambda candidate: candidate.start)

    def _in_company(self, candidate: Candidate, shaped: list[Candidate]) -> bool:
        """Say whether free text that is hardly a value stands beside all parts that have a shape."""
        near = {other.part.name for other in shaped if abs(other.start - candidate.start) < COMPANY and other.named}
        return len(near) == len(self.shapes)

    def _match(
        self, candidate: Candidate, blob: Blob, lines: Lines, via: tuple[str, ...], said: tuple[str | None, str | None]
    ) -> Match:
        realm, site = said
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
            site=site,
            via=(*via, *candidate.via),
        )


def _wrapping(frame: Frame) -> tuple[int, str]:
    """Return what tells the values that are encoded alike: one mapping, or one function around each of them."""
    return (id(frame.parent), frame.name) if frame.kind == "(" else (id(frame), "")


def _assigned(literal: Literal) -> bool:
    return bool(literal.names) and literal.names[0].bond in {Bond.ASSIGNED, Bond.FRAME}


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
