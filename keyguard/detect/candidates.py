"""Weighs the literals of a text as parts of one pack's credential, each by itself and then beside the others."""

from __future__ import annotations

import posixpath
from collections import Counter
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import regex

from keyguard.detect.company import Company
from keyguard.detect.evidence import Evidence, Gatherer, Span, is_assigned
from keyguard.detect.gates import MAX_UNNAMED
from keyguard.detect.names import NOTHING, Lexicon
from keyguard.detect.owners import Owners, Said
from keyguard.detect.surroundings import Context, Reading, Surroundings
from keyguard.detect.values import decoded
from keyguard.detect.weigh import CLOSE, Row, Sign, decide
from keyguard.expressions import regex_expression
from keyguard.frozen import dataclass
from keyguard.model import BY_POSITION, WHOLE_FILE, Blob, Confidence, Match, Region, Secret
from keyguard.packs import free_names, plain
from keyguard.text import outline
from keyguard.text.decode.encoded import coded_shapes
from keyguard.text.outline import Bond, Frame, Literal, Syntax

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from keyguard.detect.evidence import Standing
    from keyguard.text.lines import Lines
    from keyguard.text.outline import Outline

COMPANY = 600  # code points from free text like `test123` to the parts that make it one

_NESTED = regex_expression(
    r"(?i)(?:pass\w{0,12}|phrase|pwd|secret|key|pp|[ak]k|口令|密码|密钥)[\"'\\]{0,3}\s{0,3}[=:\uff1a]"
)
_WHERE = regex_expression(
    r"(?i)[^;\n]{1,200}\bWHERE\s+[\w.\"`]{1,40}\s*=\s*['\"]?([\w.-]{1,40})"
)  # UPDATE .. SET a = V WHERE b = 'ann'
_ENDS = regex_expression(r"\s(?=\S*\d)\S{8,40}\s*\Z")  # the value that a note ends with; most strings have none
# What stands between a name and that value.
_LAST = r"\w{0,3}\W{0,3}(?:\s?\([\w ]{1,20}\))?\s(?:\S{1,4}\s)?(?=\S*\d)\S{8,40}\s*\Z"
_FIELD = regex_expression(r"(?:\.|::|->)?[\w-]+\Z")  # the last word of a name: ann.api_key
_VALUE = regex_expression(r"[^\s\"'`,;(){}\[\]<>|]{8,40}")


@dataclass(frozen=True, slots=True)
class Found:
    """A match by its place in the text that was read; fields as those of `Match`."""

    rule: str
    provider: str
    part: str | None
    start: int
    end: int
    value: Secret
    confidence: Confidence
    name: str = ""
    stem: str = ""
    account: str = ""
    scopes: tuple[int, ...] = ()
    named_provider: bool = False
    near_provider: bool = False
    loose: bool = False
    realm: str | None = None
    alone: str | None = None  # the realm if no other account is in the file
    site: str | None = None
    via: tuple[str, ...] = ()

    def at(self, blob: Blob, lines: Lines, via: tuple[str, ...] = ()) -> Match:
        """Return the match in its blob."""
        offset = lines.place.offset
        scopes = tuple(start if start == WHOLE_FILE else start + offset for start in self.scopes)
        return self.placed(blob, offset + self.start, lines.region(self.start, self.end), scopes, via)

    def placed(
        self, blob: Blob, start: int, region: Region, scopes: tuple[int, ...], via: tuple[str, ...] = ()
    ) -> Match:
        """Return the match at a place in its blob."""
        return Match(
            rule=self.rule,
            provider=self.provider,
            part=self.part,
            blob=blob,
            start=start,
            region=region,
            value=self.value,
            confidence=self.confidence,
            name=self.name,
            stem=self.stem,
            account=self.account,
            scopes=scopes,
            named_provider=self.named_provider,
            near_provider=self.near_provider,
            loose=self.loose,
            realm=self.realm,
            site=self.site,
            via=(*via, *self.via),
        )


@dataclass(frozen=True, slots=True)
class Accounts:
    """What a whole file says of its accounts: a switch or a host beside several says nothing of each."""

    single: bool
    realm: str | None  # of the single one
    site: str | None

    def settled(self, one: Found) -> Found:
        """Return what was found with its realm and site."""
        return replace(one, realm=one.alone or self.realm if self.single else one.realm, site=self.site)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The evidence for a literal as one part, and the row that decided."""

    evidence: Evidence
    row: Row

    @property
    def is_part(self) -> bool:
        """Whether it is taken for the part."""
        return self.row.says is not None


class PackMatcher:
    """What one pack finds."""

    def __init__(self, lexicon: Lexicon, pack: str) -> None:
        self.names = lexicon.packs[pack]
        self.pack = self.names.pack
        self.surroundings = Surroundings(self.names)
        self.gather = Gatherer(self.names, self.surroundings)
        self.any_shape = self.names.any_shape

    @cached_property
    def coded(self) -> regex.Pattern[str] | None:
        """The shapes' encoded forms; this and what follows is compiled when it is needed, 10 ms each."""
        parts = [part for part in self.pack.parts.values() if part.base64]
        forms = [form for part in parts for form in (part.base64, *coded_shapes(part.shape or ""))]
        return regex_expression("|".join(f"(?:{form})" for form in forms)) if forms else None

    @cached_property
    def free_names(self) -> regex.Pattern[str]:
        """The names of free text."""
        return regex_expression(rf"(?i){'|'.join(free_names(self.pack)) or '(?!)'}")

    @cached_property
    def named_last(self) -> regex.Pattern[str]:
        """A note that ends with the value behind such a name: 'passphrase Foo1', 'password (passphrase) is Foo1'."""
        names = "|".join(free_names(self.pack)) or "(?!)"
        return regex_expression(rf"(?i)(?:{names}){_LAST}")

    # --- one text

    def view(self, text: str, standing: Standing, deadline: float) -> Reading | None:
        """Return a text with what it mentions; None where it cannot hold a part."""
        self.surroundings.begin()
        mentions = self.surroundings.mentions(text, deadline)
        in_path = self.pack.id in standing.in_path
        labelled = self.pack.id in standing.labelled or self._is_table(text, standing.notation.syntax)
        spoken = bool(mentions) or in_path or self.pack.id in standing.around
        if not labelled and not self._worth_reading(text, spoken=spoken):
            return None
        return Reading(
            text,
            standing.notation.syntax,
            mentions,
            self.names.rivals_in,
            in_path,
            self.pack.id in standing.rival_path,
            self.pack.id in standing.spoken,
            self.pack.id in standing.in_name,
            frozenset(part for pack, part in standing.crowds if pack == self.pack.id),
            next((said for pack, said in standing.said if pack == self.pack.id), None),
            escapes=standing.notation.escapes,
        )

    def said(self, passages: str, deadline: float) -> Said:
        """Return what the passages of a file that mention the provider say of names in all of it."""
        return Owners(self.names, None, passages, self.surroundings.mentions(passages, deadline)).whole()

    def find(self, read: Outline, view: Reading) -> Iterator[Found]:
        """Yield what one text holds of this pack's provider."""
        for one in self._settled([weighed for weighed in self.weighed(read, view) if weighed.is_part]):
            literal, meaning = one.evidence.literal, one.evidence.meaning
            realm = self.surroundings.realm(literal, meaning, single=False)
            yield self._found(one, realm, self.surroundings.realm(literal, meaning, single=True))

    def accounts(self, found: Iterable[Found], texts: Sequence[str], syntax: Syntax) -> Accounts:
        """Return what a whole file, whose texts these are, says of the accounts that were found in it."""
        values = {(one.part, one.value) for one in found}
        single = all(sum(part == name for part, _ in values) < 2 for name in self.gather.shapes)
        marked = self.surroundings.marked_realm(texts, syntax) if single else None
        return Accounts(single, marked, self.surroundings.marked_site(texts))

    def is_table(self, text: str, path: str) -> bool:
        """Say whether a text is a table whose header names parts: however many values it has, they are credentials."""
        return self._is_table(text, outline.syntax_of(path))

    def _is_table(self, text: str, syntax: Syntax) -> bool:
        if syntax is not Syntax.TABLE:
            return False
        columns = regex.split(r"[,;\t]", text[: text.find("\n") + 1])
        return len({part for column in columns if (part := self.names.of(column.strip(' "\r\n')).part)}) > 1

    def is_label(self, path: str) -> bool:
        """Say whether a file's name names free text."""
        return self.free_names.search(posixpath.basename(path)) is not None

    def _worth_reading(self, text: str, *, spoken: bool) -> bool:
        """Say whether a text may hold a part at all: reading it costs a hundred times what looking for values does."""
        if self.any_shape is not None and self.any_shape.search(text):
            return True
        if not spoken:
            return False
        if self.coded is not None and self.coded.search(text):
            return True
        return any(
            self.gather.of_free_value(value, part) & Sign.PLAUSIBLE
            for hit in self.free_names.finditer(text)
            for value in _VALUE.findall(text, hit.start(), hit.end() + 160)
            for part in self.gather.free_parts
        )

    def is_worth_nesting(self, text: str) -> bool:
        """Say whether what a string holds is worth reading as text in its turn."""
        shape = self.any_shape.search(text) if self.any_shape else None
        shape = shape or (self.coded.search(text) if self.coded else None)
        if (shape is not None and len(shape[0]) < len(text.strip())) or _NESTED.search(text) is not None:
            return True
        return len(text) <= COMPANY and _ENDS.search(text) is not None and self.named_last.search(text) is not None

    # --- what stands together

    def weighed(self, read: Outline, view: Reading) -> list[Weighed]:
        """Weigh every literal that has a part's shape, or is named or placed as free text."""
        literals = read.literals
        owners = Owners(self.names, read, view.text, view.mentions, view.said)
        view = replace(view, owners=owners, accounts=self.gather.accounts(literals))
        shaped = _by_order([list(self.gather.shaped(literal, view)) for literal in literals])
        formed = {id(evidence.literal) for evidence in shaped}
        view = replace(view, decoders=self.gather.decoders(shaped), wrappers=self.gather.wrappers(shaped))
        free = [
            evidence
            for literal in literals
            for evidence in self.gather.free(literal, view)
            if id(literal) not in formed or evidence.span.via  # 32 digits of hex are a passphrase of 16 signs too
        ]
        free += self._beside(literals, shaped, free)
        company = Company([*shaped, *free], self.pack)
        told = self._among_themselves([company.added(evidence) for evidence in shaped], free, view.crowds)
        parts = [one.evidence for one in told if one.is_part]
        told += [_decided(self._in_company(company.added(evidence), parts)) for evidence in free]
        return _without_others(told)

    def _beside(
        self, literals: Sequence[Literal], shaped: Sequence[Evidence], free: Sequence[Evidence]
    ) -> Iterator[Evidence]:
        """Find free text next to shapes in one list of arguments, whatever is called: f(K, S, "P")."""
        indexes: dict[int, dict[str, int]] = {}
        for evidence in shaped:
            frame, index = self.surroundings.argument(evidence.literal)
            if frame.kind in {"(", "[", "{", "row"} and _decided(evidence).is_part:
                indexes.setdefault(id(frame), {})[evidence.part.name] = index
        values = (one for one in free if not one.signs & (Sign.NO_VALUE | Sign.EXPRESSION))
        taken = {(id(one.literal.frame), one.part.name) for one in values}
        spans = {
            key: (min(places.values()), max(places.values()))
            for key, places in indexes.items()
            if len(places) == len(self.gather.shapes)
        }
        quoted = (one for one in literals if spans and one.quoted and not is_assigned(one))
        placed = [(one, id(frame), index) for one in quoted for frame, index in [self.surroundings.argument(one)]]
        beside = [(one, spans[frame], index) for one, frame, index in placed if frame in spans]
        for literal, (first, last), index in sorted(beside, key=lambda place: place[2] < place[1][0]):
            before = literal.frame.kind == "row" and index == first - 1
            if index == last + 1 or first < index < last or before:
                for part in self.gather.free_parts:
                    signs = self.gather.of_free_value(literal.value, part)
                    if (id(literal.frame), part.name) not in taken and not signs & Sign.NO_VALUE:
                        taken.add((id(literal.frame), part.name))
                        signs |= Sign.FREE | Sign.POSITION | Sign.QUOTED
                        span = Span(literal.value, literal.start, literal.end)
                        yield Evidence(literal, part, signs, BY_POSITION, NOTHING, Context.NONE, span)

    def _among_themselves(
        self, shaped: Sequence[Evidence], free: Sequence[Evidence], crowds: frozenset[str]
    ) -> list[Weighed]:
        """Weigh shapes; many of them without a name are data, but a row that holds free text fit for a part is none."""
        full = {
            id(evidence.literal.frame)
            for evidence in free
            if evidence.named == BY_POSITION and evidence.signs & Sign.PLAUSIBLE
        }
        full |= self._rows(shaped)
        shaped = [
            replace(evidence, named=BY_POSITION)
            if not evidence.named and id(evidence.literal.frame) in full
            else evidence
            for evidence in shaped
        ]
        told = [_decided(evidence) for evidence in shaped]
        unnamed = [one.evidence for one in told if one.is_part and not _is_told(one.evidence)]
        counts = Counter(evidence.part.name for evidence in unnamed)
        crowds = crowds | {part for part, count in counts.items() if count > MAX_UNNAMED}
        within = Counter((id(evidence.literal.frame), evidence.part.name) for evidence in unnamed)
        return [
            _decided(replace(one.evidence, signs=one.evidence.signs | Sign.CROWD))
            if not _is_told(one.evidence) and one.evidence.part.name in crowds and not _is_apart(one.evidence, within)
            else one
            for one in told
        ]

    def _rows(self, shaped: Sequence[Evidence]) -> set[int]:
        """Return the rows that hold every part, of a pack whose parts all have shapes, where its provider is named."""
        parts: dict[int, set[str]] = {}
        for one in shaped:
            if one.literal.frame.kind == "row" and one.signs & CLOSE:
                parts.setdefault(id(one.literal.frame), set()).add(one.part.name)
        return (
            set() if self.gather.free_parts else {row for row, of in parts.items() if len(of) == len(self.pack.parts)}
        )

    def _in_company(self, evidence: Evidence, shaped: Sequence[Evidence]) -> Evidence:
        """Add what stands around free text: shapes in the text, in its row, and near it one of each part."""
        signs = evidence.signs
        near = {
            other.part.name for other in shaped if abs(other.span.start - evidence.span.start) < COMPANY and other.named
        }
        if len(near) == len(self.gather.shapes):
            signs |= Sign.BESIDE_PAIR
        if shaped:
            signs |= Sign.BESIDE_SHAPES
        row, _ = self.surroundings.argument(evidence.literal)
        if any(self.surroundings.argument(other.literal)[0] is row for other in shaped):
            signs |= Sign.IN_ROW
        return replace(evidence, signs=signs)

    def _settled(self, told: Sequence[Weighed]) -> list[Weighed]:
        """Drop doubles; undo base64 in encoded mappings."""
        encoded = {
            _wrapping(one.evidence.literal.frame): one.evidence.span.via for one in told if one.evidence.span.via
        }
        settled: dict[tuple[int, str], Weighed] = {}
        for one in told:
            evidence = one.evidence
            via = encoded.get(_wrapping(evidence.literal.frame), ())
            if evidence.part.shape is None and not evidence.span.via and (text := decoded(evidence.span.value, via)):
                evidence = replace(evidence, span=replace(evidence.span, value=text, via=via))
            key = (evidence.span.start, evidence.part.name)
            if key not in settled or _rank(settled[key]) < _rank(one):
                settled[key] = Weighed(evidence, one.row)
        return sorted(settled.values(), key=lambda one: one.evidence.span.start)

    def _frame(self, literal: Literal) -> Frame:
        """Return what a value stands in, without the calls that only wrap it: unwrap_or("V")."""
        frame = literal.frame
        while frame.parent is not None and self.surroundings.wraps(frame):
            frame = frame.parent
        return frame

    def _found(self, one: Weighed, realm: str | None, alone: str | None) -> Found:
        evidence, part, span = one.evidence, one.evidence.part, one.evidence.span
        assert one.row.says is not None  # noqa: S101 - what is no part was left out
        return Found(
            rule=part.rule,
            provider=self.pack.id,
            part=part.name,
            start=span.start,
            end=span.end,
            value=Secret(span.value.encode("utf-8", "surrogateescape"), part.shown),
            confidence=one.row.says,
            name=plain(evidence.named),
            stem=" ".join(evidence.meaning.stem),
            account=self._account(evidence.literal),
            scopes=tuple(frame.start for frame in self._frame(evidence.literal).chain()),
            named_provider=evidence.context >= Context.FRAME,
            near_provider=evidence.context >= Context.FOLDER,
            loose=part.shape is None and evidence.meaning.short and evidence.context < Context.FRAME,
            realm=realm,
            alone=alone,
            via=span.via,
        )

    def _account(self, literal: Literal) -> str:
        """Return what may tell its account apart: EVE_KEY in a call, ann.api_key, alice: {api_key: ...}."""
        if found := _WHERE.match(literal.text, literal.begin):
            return found[1].lower()
        for name in literal.names:
            meaning = self.names.of(name.text)
            words = meaning.stem or (meaning.maybe.stem if meaning.maybe else ())
            if not words and name.bond in {Bond.ASSIGNED, Bond.CALLEE}:
                words = self._words(_FIELD.sub("", name.text))
            if words:
                return " ".join(words)
        called = next((text for frame in literal.frame.chain() if (text := _called(frame))), "")
        return " ".join(self._words(called))

    def _words(self, name: str) -> tuple[str, ...]:
        """Return the words of a name that are neither the provider's nor a part's."""
        words, declaring = self.names.words, self.names.vocabulary.declaring_words
        if self.names.of(name).part is not None:
            return ()
        return tuple(sorted({*self.names.lexicon.tokens(name)} - words - declaring))


def _called(frame: Frame) -> str:
    """Return what a mapping is called, or the variable that a call's result is kept in: ann = OkxClient(key="K")."""
    kept = (name.text for name in reversed(frame.inherited) if name.bond is Bond.WRAPPED and frame.kind == "(")
    return frame.name if frame.is_entry else next(kept, "")


def _decided(evidence: Evidence) -> Weighed:
    return Weighed(evidence, decide(evidence.signs))


def _is_told(evidence: Evidence) -> bool:
    """Say whether a name tells what a value is, or its place among several arguments."""
    frame, signs = evidence.literal.frame, evidence.signs
    alone = signs & Sign.POSITION and not signs & Sign.NAME_OF_PART and frame.kind == "(" and frame.count < 2
    return bool(evidence.named) and not alone


def _is_apart(evidence: Evidence, within: Mapping[tuple[int, str], int]) -> bool:
    """Say whether a value stands in a frame of its own that speaks for it, away from the many: client.key("K")."""
    frame = evidence.literal.frame
    speaks = evidence.signs & (Sign.CREDENTIAL_FRAME | Sign.BESIDE_REST)
    return (
        bool(speaks)
        and not evidence.named
        and frame.parent is not None
        and within[id(frame), evidence.part.name] <= MAX_UNNAMED
    )


def _by_order(found: Iterable[Sequence[Evidence]]) -> list[Evidence]:
    """Tell parts of one shape, which no name tells apart, by their order in what they stand in."""
    seen = Counter[int]()
    told: list[Evidence] = []
    for ones in found:
        if len(ones) < 2 or len({one.part.shape for one in ones}) > 1 or any(one.named for one in ones):
            told += ones
            continue
        frame = id(ones[0].literal.frame)
        told.append(ones[seen[frame] % len(ones)])
        seen[frame] += 1
    return told


def _without_others(told: list[Weighed]) -> list[Weighed]:
    """Leave out the uses of constants whose own names say that they are something else.

    An id that is handed over as the key beside the rest of a credential is the key, whatever it is called.
    """
    others: dict[int, int] = {}
    for one in told:
        if not one.evidence.literal.is_use:
            others[one.evidence.span.start] = one.evidence.signs & (Sign.OTHER_NAME | Sign.FOREIGN_NAME)
    return [one for one in told if not one.evidence.literal.is_use or not _is_other(one.evidence, others)]


def _is_other(use: Evidence, others: Mapping[int, int]) -> bool:
    said = others.get(use.span.start, 0)
    handed_over = use.signs & Sign.NAME_OF_PART and use.signs & Sign.BESIDE_REST
    return bool(said & Sign.FOREIGN_NAME) or (bool(said) and not handed_over)


def _rank(one: Weighed) -> tuple[int, int, bool]:
    """Order what is read at one place: the surer, then the longer, then what a constant is used as."""
    evidence = one.evidence
    return one.row.says or 0, evidence.span.end, evidence.literal.is_use or not evidence.meaning.short


def _wrapping(frame: Frame) -> tuple[int, str]:
    """Return what tells the values that are encoded alike: one mapping, or one function around each of them."""
    return (id(frame.parent), frame.name) if frame.kind == "(" else (id(frame), "")
