"""Gathers evidence: what speaks for a literal as one part of one pack's credential, and against it.

Nothing is decided here; `weigh` does that. What is found in a text depends on the text and its `Standing`, and on
nothing else: the same text in the same standing gets the same answer in every file, version and process, so that an
answer can be remembered by the two. Places in it count from the text's begin.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import regex

from keyguard.detect.names import NOTHING, Meaning
from keyguard.detect.surroundings import Context, in_query, in_url, nearest
from keyguard.detect.values import (
    character_classes,
    decodings,
    encoded_sizes,
    has_more_than_blanks,
    holds_own_word,
    is_blank,
    is_made_of,
    is_mostly_own,
    is_placeholder,
    is_reference,
    looks_made_up,
    without_scheme,
)
from keyguard.detect.weigh import Sign
from keyguard.expressions import regex_expression
from keyguard.frozen import dataclass
from keyguard.model import BY_POSITION
from keyguard.packs import Part, plain
from keyguard.text import outline
from keyguard.text.outline import NEUTRAL, Bond, Frame, Literal, Name, Syntax

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keyguard.detect.names import PackNames
    from keyguard.detect.owners import Said
    from keyguard.detect.surroundings import Reading, Surroundings
    from keyguard.text.outline import Notation

_MAGIC = regex_expression(r"[ \t]*(?:%{1,2}(?:set_)?env|!)[ \t]*(?:export |set )?[ \t]*[A-Z]")
_SET = regex_expression(r"--set(?:-string)?[ =][^\n]*\Z")  # of Helm, where a comma parts one value from the next
_PATH = regex_expression(r"(?:[A-Za-z][\w.-]{0,40}:){2,6}\Z")
# A value with a sign of programs in it.
_GLUED = regex_expression(r"[^\s\"'`()\[\]{}<>|,;:]+[&=][^\s\"'`()\[\]{}<>|,;:]*")
_PREFIX = regex_expression(r"(?:[\w/:]|\\?-)++(?![?*+{|])")
_GOES_ON = regex_expression(r"\s|[,;&|][\w\"' ]+[=:]|\\[\"'n]")
_TELLING = Sign.NAME_OF_PART | Sign.POSITION | Sign.PROVIDER_NAME  # without one of these, free text is none
# A shell parts commands by `&`; names of BASIC begin with a capital letter.
_PUT_TO = regex_expression(
    r"[\"'`][ \t]*(?:\+|&(?=[ \t]+[A-Z_]\w*+(?!=))|\.(?=[ \t]+\w|[ \t]*\$)|<>|\.\.)"
    r"[ \t]*(?:[_\\]?\r?\n[ \t]*)?[A-Za-z_$@]"
)
_CALL = regex_expression(r"[A-Za-z_][\w.$]{0,60}\(")
_PUT_BEFORE = regex_expression(r"[\w)\]][ \t]*(?:\+|[ \t]&|[ \t]\.|<>|\.\.)[ \t]*(?:[_\\]?\r?\n[ \t]*)?[\"'`]\Z")
_EDGES = "*_~<>\"'`.,;|()[]{}"
_CONTEXT = {
    Context.RIVAL: Sign.RIVAL,
    Context.FILE: Sign.PROVIDER_IN_FILE,
    Context.FOLDER: Sign.PROVIDER_IN_FOLDER,
    Context.PATH: Sign.PROVIDER_IN_PATH,
    Context.NEAR: Sign.PROVIDER_NEAR,
    Context.FRAME: Sign.PROVIDER_IN_FRAME,
    Context.NAME: Sign.PROVIDER_IN_NAME,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the answer for a text depends on beside the text itself and the packs; make it with `Matcher.standing`.

    A path counts for what it says, so that most files of one kind share a standing.
    """

    notation: Notation
    in_path: frozenset[str] = frozenset()  # packs whose provider the path names, in a folder's name or the file's
    rival_path: frozenset[str] = frozenset()  # packs of which it names another provider instead
    labelled: frozenset[str] = frozenset()  # packs of whom the file's name names free text: secrets/okx_passphrase
    spoken: frozenset[str] = frozenset()  # packs whose provider the rest of the file mentions
    in_name: frozenset[str] = frozenset()  # packs whose provider the file's own name says
    around: frozenset[str] = frozenset()  # packs whose provider the text mentions that this one stands encoded in
    crowds: frozenset[tuple[str, str]] = frozenset()  # packs' parts of which the file has many values without a name
    said: frozenset[tuple[str, Said]] = frozenset()  # by pack: what the whole file says of names


@dataclass(frozen=True, slots=True)
class Span:
    """Which characters are the value, and what it is; `via` names the decodings on the way to it."""

    value: str
    start: int
    end: int
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a literal as one part, and which of its characters are the value."""

    literal: Literal
    part: Part
    signs: int
    named: str
    meaning: Meaning
    context: Context
    span: Span


class Gatherer:
    """Gathers evidence for the parts of one pack."""

    def __init__(self, names: PackNames, surroundings: Surroundings) -> None:
        self.pack, self.vocabulary = names.pack, names.vocabulary
        self.meaning_of, self.lexicon = names.of, names.lexicon
        self.provider, self.words_of_account = names.provider, names.words_of_account
        self.surroundings = surroundings
        parts = self.pack.parts.values()
        self.free_parts = [part for part in parts if part.shape is None]
        shaped = [part for part in parts if part.shape]
        self.shapes = {part.name: regex_expression(part.shape or "") for part in shaped}
        self._prefixed = _prefixed(shaped, self.pack.words)
        self._plain, self._coded = _lengths(shaped), _coded(shaped)
        self.weak = {part.name: regex_expression(part.weak_shape or part.shape or "") for part in shaped}

    # --- a value with the shape of a part

    def shaped(self, literal: Literal, view: Reading) -> Iterator[Evidence]:
        """Yield the evidence for each part whose shape a literal has."""
        value, shift = _trimmed(literal)
        found = []
        for part, signs, text in self._shapes_of(value):
            start = literal.start + shift
            end = literal.end if value == literal.value else start + len(value)  # it may be written in more signs
            span = replace(text, start=start, end=end)
            found.append(self._of_shape(literal, part, signs, view, span))
        certain = [one for one in found if one.signs & (Sign.NAME_OF_PART | Sign.POSITION)]
        yield from certain if len(found) > 1 and certain else found  # of parts with one shape, the name tells which

    def _shapes_of(self, value: str) -> Iterator[tuple[Part, int, Span]]:
        size = len(value)
        texts: list[tuple[str, tuple[str, ...]]] = []
        if any(low <= size <= high for low, high in self._plain):
            texts.append((value, ()))
        if size in self._coded or len(without_scheme(value)) in self._coded:
            texts += decodings(value)
        for text, via in texts:
            signs = Sign.SHAPED | Sign.ENCODED if via else Sign.SHAPED
            for name, shape in self.shapes.items():
                if shape.fullmatch(text):
                    yield self.pack.parts[name], signs | Sign.STRONG_SHAPE, Span(text, 0, size, via)
                elif self.weak[name].fullmatch(text):
                    yield self.pack.parts[name], signs | Sign.WEAK_SHAPE, Span(text, 0, size, via)

    def _of_shape(self, literal: Literal, part: Part, signs: int, view: Reading, span: Span) -> Evidence:
        named, meaning = self._named(literal, part, view)
        position, strong_call = self._position(literal, view)
        signs |= self._of_name(part, named, meaning) | self._of_place(part, position, strong_call)
        if self._is_soft(literal):
            signs |= Sign.SOFT_NAME
        if part.name in self._prefixed and not signs & Sign.ENCODED:
            signs |= Sign.PREFIXED
        if looks_made_up(span.value) or self.is_sample(span.value):
            signs |= Sign.MADE_UP
        if signs & Sign.ACCOUNT_NAME and _PATH.search(literal.text, max(0, literal.begin - 80), literal.begin):
            signs = signs & ~Sign.ACCOUNT_NAME | Sign.OTHER_NAME  # okx:book:<uuid>, as caches name what they keep
        if meaning.part is None and not signs & (Sign.POSITION | Sign.ACCOUNT_NAME) and is_assigned(literal):
            signs |= Sign.UNRELATED_NAME
        if not named and not signs & Sign.POSITION and self._said_other(literal, view):
            signs |= Sign.SAID_OTHER
        context, signs = self._whose(literal, part, meaning, view, signs)
        if signs & Sign.POSITION:
            named, meaning = named or BY_POSITION, replace(meaning, stem=())
        return Evidence(literal, part, signs, named, meaning, context, span)

    def _is_soft(self, literal: Literal) -> bool:
        """Say whether a name is a soft one but for the words that declare it: static let id."""
        if not is_assigned(literal):
            return False
        tokens = self.lexicon.tokens(literal.names[0].text)
        kept = [token for token in tokens[:-1] if token not in self.vocabulary.declaring_words] + tokens[-1:]
        return not self.vocabulary.soft_names.isdisjoint((plain(literal.names[0].text), "".join(kept)))

    def _said_other(self, literal: Literal, view: Reading) -> bool:
        is_text = view.syntax is Syntax.PROSE or literal.limit >= 0  # also one that a string holds
        if not is_text and not _in_comment(view.text, literal.start):
            return False
        line = view.text.rfind("\n", 0, literal.start) + 1
        return self.lexicon.speaks_of_other(view.text[max(line, literal.start - 60) : literal.start])

    # --- free text

    def free(self, literal: Literal, view: Reading) -> Iterator[Evidence]:
        """Yield the evidence for each part of free text that a literal's name or place says."""
        may_name = (
            any(self._may_name(name, view) for name in literal.names)
            or self._of_frame(literal, view.accounts) is not None
        )
        if not may_name and not self._position(literal, view)[0]:
            return
        for part in self.free_parts:
            evidence = self._of_free(literal, part, view)
            if evidence.signs & _TELLING:
                yield evidence

    def _position(self, literal: Literal, view: Reading) -> tuple[str | None, bool]:
        """Return the part that a value is by its place in a call, or as the variable that a call takes."""
        position, strong = self.surroundings.position(literal)
        handed = view.owners.handed_as(literal) if position is None and view.owners is not None else None
        return (handed, True) if handed else (position, strong)

    def _may_name(self, name: Name, view: Reading) -> bool:
        meaning = self._heard(name, view)
        return meaning.part is not None or (meaning.provider and name.bond is Bond.ASSIGNED)

    def _of_free(self, literal: Literal, part: Part, view: Reading) -> Evidence:
        named, meaning = self._named(literal, part, view)
        position, strong_call = self._position(literal, view)
        signs = Sign.FREE | self._of_name(part, named, meaning) | self._of_place(part, position, strong_call)
        span = Span(literal.value, literal.start, literal.end)
        if not signs & _TELLING:
            return Evidence(literal, part, signs, named, meaning, Context.NONE, span)
        if literal.quoted:
            signs |= Sign.QUOTED | (Sign.EXPRESSION if _is_piece(literal, view) else 0)
            span = _within_quotes(literal, view)
        elif self._is_expression(literal, view, named):
            signs |= Sign.EXPRESSION
        else:
            span = _to_its_end(literal, view, named)
            signs |= Sign.UNRELATED_NAME if _is_interrupted(literal, named) else 0
        span = self._decoded(replace(span, value=_used(span.value, literal, view)), literal, view)
        context, signs = self._whose(literal, part, meaning, view, signs)
        signs |= self.of_free_value(span.value, part)
        if view.syntax is Syntax.LINE:
            signs |= Sign.IN_LINES
        if meaning.part is not None:
            signs |= Sign.LOOSE_NAME if _bond(literal, named) is Bond.NEAR else 0
            signs |= Sign.ECHO if named and plain(named) == plain(span.value) else 0
        elif signs & Sign.POSITION:
            named = BY_POSITION
        return Evidence(literal, part, signs, named, meaning, context, span)

    def _decoded(self, span: Span, literal: Literal, view: Reading) -> Span:
        """Return what a value stands for that a call decodes, or that a name says is encoded: atob("...")."""
        is_schemed = without_scheme(span.value) != span.value
        if (
            not is_schemed
            and not self._decodes(literal.frame, view)
            and not any(self._says_encoded(name) for name in literal.names)
        ):
            return span
        found = next(decodings(span.value), None)
        return replace(span, value=found[0], via=found[1]) if found else span

    def _says_encoded(self, name: Name) -> bool:
        """Say whether a name is that of what decodes its value, or says that it is encoded: passphrase_b64."""
        words = self.vocabulary
        if plain(name.text) in words.decoding_calls:
            return True
        said = name.bond in {Bond.ASSIGNED, Bond.FRAME, Bond.PAIR}
        return said and not words.encoding_words.isdisjoint(self.lexicon.tokens(name.text))

    @staticmethod
    def _is_expression(literal: Literal, view: Reading, named: str) -> bool:
        # What a string holds is no expression.
        code = view.syntax is Syntax.CODE and literal.limit < 0 and not _is_magic(view.text, literal.start)
        return code and (not _in_comment(view.text, literal.start) or _bound(literal, named) is None)

    def of_free_value(self, value: str, part: Part) -> int:
        """Return what a value says as free text: PLAUSIBLE alone, nothing (in company only), or NO_VALUE."""
        if self._is_no_value(value, part):
            return Sign.NO_VALUE | Sign.RESEMBLING if self._only_resembles(value, part) else Sign.NO_VALUE
        mixed = Sign.MIXED if character_classes(value) == 4 else 0
        if value.isdigit() or is_made_of(value, self.vocabulary.placeholder_words):
            return mixed
        # Without a digit it may be a label or a message; with two classes it may be a name.
        plausible = len(value) >= 8 and character_classes(value) >= 3 and any(c.isdigit() for c in value)
        return mixed | Sign.PLAUSIBLE if plausible else mixed

    def _is_no_value(self, value: str, part: Part) -> bool:
        words = self.vocabulary
        digits = any(c.isdigit() for c in value)
        if not part.minimum <= len(value) <= part.maximum or any(c.isspace() for c in value):
            return True
        if is_placeholder(value, words.placeholder_marks) or is_reference(value, words.reference_marks):
            return True
        if any(is_placeholder(text, words.placeholder_marks) for text, _ in decodings(value, 1)):
            return True
        if self.is_sample(value) or (not digits and self.meaning_of(value).part is not None):
            return True
        if value.isdigit() or not any(c.isalnum() for c in value):
            return not value.isdigit() or len(value) < 6
        # `test` is a placeholder, `test123` and `Password1!` are what some people type.
        return is_made_of(value, words.placeholder_words) and not digits and character_classes(value) < 3

    def _only_resembles(self, value: str, part: Part) -> bool:
        """Say whether a value that holds a placeholder's words or a template's signs may be one: `Harbor-here#48`.

        OKX asks for all classes of characters: what has them is no exact placeholder, of whatever words it is.
        """
        classes = character_classes(value)
        if not max(8, part.minimum) <= len(value) <= part.maximum or classes < 3 or any(map(str.isspace, value)):
            return False
        if is_blank(value) and not has_more_than_blanks(value):
            return False
        marks = self.vocabulary.reference_marks
        if is_reference(value, marks) and not is_mostly_own(value, marks):
            return False
        return (classes == 4 and not self._asks(value)) or holds_own_word(value, self._said_words)

    def _asks(self, value: str) -> bool:
        """Say whether a value of a placeholder's words alone names what belongs there: `Your-Passphrase-1`."""
        words = self._said_words
        return is_made_of(value, words) and not is_made_of(value, words - self.lexicon_words)

    @cached_property
    def _said_words(self) -> frozenset[str]:
        return frozenset(self.vocabulary.placeholder_words | self.vocabulary.account_words | self.lexicon_words)

    @cached_property
    def lexicon_words(self) -> frozenset[str]:
        """Names of parts and of the provider."""
        names = (name for part in self.pack.parts.values() for name in (*part.names, *part.short_names))
        return frozenset([*names, *map(plain, self.pack.words)])

    # --- whose it is

    def _whose(self, literal: Literal, part: Part, meaning: Meaning, view: Reading, signs: int) -> tuple[Context, int]:
        context = self.surroundings.context(literal, meaning, view)
        if view.owners is None:
            return context, signs | _CONTEXT.get(context, 0)
        owner = view.owners.of(literal)
        if context < Context.FRAME and (owner.ours or owner.rival):
            context = Context.FRAME if owner.ours else Context.RIVAL
        if owner.wallet and part.shape is None:
            context = Context.RIVAL
        named = signs & Sign.NAME_OF_PART and owner.another
        if context is Context.NEAR and named and not self._is_near_since(literal, owner.since, view):
            context = Context.FILE  # it speaks of what is beside the frame
        signs |= _CONTEXT.get(context, 0)
        signs |= Sign.CREDENTIAL_FRAME if owner.credential_frame else 0
        signs |= Sign.OWN_FRAME if owner.own_frame else 0
        signs |= Sign.RECORD if owner.record else 0
        if context >= Context.FRAME:
            return context, signs
        signs |= Sign.ANOTHERS_FRAME if owner.another else 0
        signs |= Sign.ANOTHERS_ENTRY if owner.entry else 0
        signs |= Sign.ANOTHERS_CALL if owner.call else 0
        name = plain(literal.names[0].text) if literal.names else ""
        if signs & Sign.NAME_OF_PART and view.owners.is_stemless(name, part.name):
            signs |= Sign.STEMLESS
        return context, signs

    @staticmethod
    def _is_near_since(literal: Literal, since: int, view: Reading) -> bool:
        """Say whether the nearest of the provider's words is in the frame that begins there."""
        at = nearest(view.mentions, literal.start)
        return at is not None and view.owners is not None and view.owners.speaks_since(at, since)

    # --- names and places

    def _of_name(self, part: Part, named: str, meaning: Meaning) -> int:
        if meaning.part is not None:
            signs = Sign.NAME_OF_PART if meaning.part == part.name else Sign.NAME_OF_OTHER_PART
        else:
            signs = Sign.OTHER_NAME if meaning.other else 0
            signs |= Sign.ACCOUNT_NAME if meaning.provider and meaning.bare else 0
            signs |= Sign.PROVIDER_NAME if meaning.provider and not meaning.other else 0
        signs |= Sign.NAMED if named else 0
        signs |= Sign.SHORT_NAME if meaning.short else 0
        signs |= Sign.FAINT_NAME if meaning.faint else 0
        return signs | Sign.FOREIGN_NAME if meaning.foreign else signs

    @staticmethod
    def _of_place(part: Part, position: str | None, strong_call: bool) -> int:
        # A context or a logger may stand in front of the arguments.
        signs = Sign.POSITION if position == part.name else 0
        return signs | Sign.PROVIDERS_CALL if strong_call else signs

    def _heard(self, name: Name, view: Reading) -> Meaning:
        """Return what a name says; of a field of the provider's client, what the field's own says."""
        client, _, field = name.text.rpartition(".")
        ours = view.owners is not None and name.bond is Bond.ASSIGNED and view.owners.is_ours(client)
        meaning = self.meaning_of(field if ours else name.text)
        return meaning.maybe if meaning.maybe and meaning.maybe.stem in view.accounts else meaning

    def accounts(self, literals: Iterable[Literal]) -> frozenset[tuple[str, ...]]:
        """Return the accounts that the names of values with a part's shape tell of.

        OKX_ALICE_API_KEY does by itself; OKX_ALICE_KEY only beside OKX_ALICE_SECRET, as the words may be anybody's;
        and ALICE_KEY only beside all others of ALICE_'s. So does a mapping of the provider's: okx: {ann: {api_key: K}}.
        """
        sure: set[tuple[str, ...]] = set()
        shaped: dict[tuple[str, ...], set[str]] = {}
        whole: dict[tuple[str, ...], set[str]] = {}
        for part, meaning, told in self._told(literals):
            whole.setdefault(told.stem, set()).add(part)
            if part in self.shapes and (told is meaning or told.provider):
                shaped.setdefault(told.stem, set()).add(part)
                sure |= {told.stem} if told is meaning else set()
        sure.update(stem for stem, of in shaped.items() if len(of) == len(self.shapes) > 1)
        sure.update(stem for stem, of in whole.items() if len(of) == len(self.pack.parts) > 1)
        return frozenset(sure.union(self._holders(literals)))

    def _holders(self, literals: Iterable[Literal]) -> Iterator[tuple[str, ...]]:
        """Yield what mappings of the provider's are called that hold an identity of an account by its plain name."""
        identities = {part.name for part in self.pack.parts.values() if part.identity}
        for literal in literals:
            frame = literal.frame
            part = self.meaning_of(literal.names[0].text).part if frame.is_entry and literal.names else None
            if part in identities and self._fits(part, literal.value) and self._is_of_provider(frame):
                yield self.words_of_account(frame.name)

    def _is_of_provider(self, inner: Frame) -> bool:
        return any(self.provider.search(frame.name) for frame in inner.chain() if frame.is_entry)

    def _told(self, literals: Iterable[Literal]) -> Iterator[tuple[str, Meaning, Meaning]]:
        """Yield the parts that names with words of an account tell of, what a name says, and what it may say."""
        for literal in literals:
            meaning = self.meaning_of(literal.names[0].text) if literal.names else NOTHING
            told = meaning.maybe or meaning
            if told.stem and told.part is not None and self._fits(told.part, literal.value):
                yield told.part, meaning, told

    def _fits(self, part: str, value: str) -> bool:
        """Say whether a value has a part's exact shape, or could stand alone as its free text."""
        if part in self.shapes:
            return self.shapes[part].fullmatch(value) is not None
        return bool(self.of_free_value(value, self.pack.parts[part]) & Sign.PLAUSIBLE)

    def _of_frame(self, literal: Literal, accounts: frozenset[tuple[str, ...]]) -> tuple[str, Meaning] | None:
        """Return what a mapping says of its values, where others hold other parts of theirs: key: {a: K}."""
        frame = literal.frame
        if not frame.is_entry or frame.parent is None or not is_assigned(literal):
            return None
        meaning = self.meaning_of(frame.name)
        parts = {self.meaning_of(entry).part for entry in frame.parent.entries} - {None}
        own = self.lexicon.tokens(literal.names[0].text)
        if meaning.part is None or (len(parts) < 2 and tuple(sorted(set(own))) not in accounts):
            return None
        return frame.name, replace(meaning, stem=tuple(sorted({*meaning.stem, *own})))

    def _of_label(self, literal: Literal) -> tuple[str, Meaning] | None:
        """Return what a store calls its secret: {"id": "okx-api-key", "secret": K}."""
        facts = literal.frame.facts
        if not is_assigned(literal) or not self.meaning_of(literal.names[0].text).short:
            return None
        if len({self.meaning_of(name).part for name, _ in facts} - {None}) > 1:
            return None  # a credential with a name: {"name": "okx api key", "key": K, "secret": S}
        labels = (value for name, value in facts if plain(name) in outline.LABELS)
        return next(((label, meaning) for label in labels if _is_whole(meaning := self.meaning_of(label))), None)

    def _named(self, literal: Literal, part: Part, view: Reading) -> tuple[str, Meaning]:
        """Return the first name that says something, and what it says."""
        if (labelled := self._of_label(literal)) is not None:
            return labelled
        for name in literal.names:
            meaning = self._heard(name, view)
            says = meaning.part or meaning.other or meaning.rival
            if says and not self._is_deaf(literal, name, meaning, part, view):
                return self._plainest(literal, name, meaning)
        if (by_frame := self._of_frame(literal, view.accounts)) is not None:
            return by_frame
        return self._of_provider(literal)

    def _of_provider(self, literal: Literal) -> tuple[str, Meaning]:
        """Return the first name that has the provider's word, though it says no part."""
        deaf = {Bond.NEAR, Bond.PAIR, Bond.CALLEE} if is_assigned(literal) else {Bond.NEAR}
        told = ((name.text, self.meaning_of(name.text)) for name in literal.names if name.bond not in deaf)
        return next((one for one in told if one[1].provider), ("", NOTHING))

    def _is_deaf(self, literal: Literal, name: Name, meaning: Meaning, part: Part, view: Reading) -> bool:
        """Say whether a name of that bond says nothing of this part."""
        if name.bond is Bond.WRAPPED:
            return part.shape is None and not self._is_wrapper(literal.frame, view)
        if name.bond is Bond.CALLEE:
            return meaning.part is None or meaning.short  # AccountAPI(...) says nothing of its first argument
        if name.bond is Bond.NEAR:
            return meaning.part is None or meaning.unknown or (meaning.short and meaning.part != part.name)
        return name.bond is Bond.PAIR and meaning.part is None and not meaning.other

    def _is_wrapper(self, frame: Frame, view: Reading) -> bool:
        """Say whether a value inside a call is still the value: Some("..."), String::from("...")."""
        return (
            frame.kind in {"[", "{", "indent"}
            or (frame.kind == "(" and all(name.bond is not Bond.CALLEE for name in frame.inherited))
            or _callee(frame) in self.vocabulary.wrapper_calls | view.wrappers
            or self._decodes(frame, view)
        )

    def _decodes(self, frame: Frame, view: Reading) -> bool:
        return frame.kind == "(" and _callee(frame) in self.vocabulary.decoding_calls | view.decoders

    @staticmethod
    def decoders(shaped: Iterable[Evidence]) -> frozenset[str]:
        """Return the functions that take a value with a shape in an encoding."""
        frames = (one.literal.frame for one in shaped if one.span.via)
        return frozenset(_callee(frame) for frame in frames if frame.kind == "(" and frame.name)

    def wrappers(self, shaped: Iterable[Evidence]) -> frozenset[str]:
        """Return the program's own functions that wrap values: those around a named one of each part with a shape."""
        parts: dict[str, set[str]] = {}
        for one in shaped:
            frame = one.literal.frame
            if frame.kind == "(" and frame.name and frame.count == 1 and one.signs & Sign.NAME_OF_PART:
                parts.setdefault(_callee(frame), set()).add(one.part.name)
        return frozenset(callee for callee, of in parts.items() if len(of) == len(self.shapes) > 1)

    def _plainest(self, literal: Literal, name: Name, meaning: Meaning) -> tuple[str, Meaning]:
        """Prefer the name without words before it that say nothing: '07.12Z OKX_API_KEY', 'SecretString API_KEY'."""
        best, least = (name.text, meaning), len(meaning.stem) + 10 * meaning.unknown
        for other in literal.names if meaning.part is not None and meaning.stem else ():
            shorter = self.meaning_of(other.text)
            length = len(shorter.stem) + 10 * shorter.unknown
            same = (shorter.part, shorter.short, shorter.realm) == (meaning.part, meaning.short, meaning.realm)
            if other.bond is name.bond and same and length < least and (shorter.provider or not meaning.provider):
                best, least = (other.text, shorter), length
        return best

    def is_sample(self, value: str) -> bool:
        """Say whether a value is printed in a documentation."""
        return hashlib.sha256(value.lower().encode("utf-8", "surrogateescape")).hexdigest()[:32] in self.pack.samples


def _lengths(parts: Iterable[Part]) -> list[tuple[int, int]]:
    return [(part.minimum, part.maximum) for part in parts]


def _coded(parts: Iterable[Part]) -> frozenset[int]:
    """Return how long the encodings are of parts that are looked for in them."""
    sizes = [encoded_sizes(part.minimum, part.maximum) for part in parts if part.base64]
    return frozenset().union(*sizes)


def _is_whole(meaning: Meaning) -> bool:
    """Say whether a name is a part's of the provider by itself."""
    return meaning.part is not None and meaning.provider and not meaning.short


def _callee(frame: Frame) -> str:
    return plain(regex.split(r"[.:]+", frame.name)[-1])


def is_assigned(literal: Literal) -> bool:
    """Say whether a value is bound to a name of its own."""
    return bool(literal.names) and literal.names[0].bond in {Bond.ASSIGNED, Bond.FRAME}


def _bond(literal: Literal, named: str) -> Bond:
    return next((name.bond for name in literal.names if name.text == named), Bond.ASSIGNED)


def _bound(literal: Literal, named: str) -> Name | None:
    return next((name for name in literal.names if name.text == named and name.value_start >= 0), None)


def _is_interrupted(literal: Literal, named: str) -> bool:
    """Say whether another name stands between a name and the value: `Passphrase: Tag:V`, where the first has none."""
    bound = _bound(literal, named)
    if bound is None:
        return False
    first = literal.names[0]
    between = literal.text[bound.value_start : first.value_start].strip()
    if between.endswith("=") and not any(c.isspace() for c in between) and character_classes(between) == 4:
        return False  # the sign is a character of the value: Passphrase: aB3=x
    return first.value_start > bound.value_start and plain(first.text) not in NEUTRAL


def _prefixed(parts: Iterable[Part], words: Iterable[str]) -> set[str]:
    """Return the parts whose every value begins with a word of the provider: `acme_live_[0-9a-z]{24}`."""
    prefixes = ((part.name, _PREFIX.match(part.shape or "")) for part in parts)
    return {name for name, prefix in prefixes if prefix and prefix[0].lower().startswith(tuple(words))}


def _trimmed(literal: Literal) -> tuple[str, int]:
    """Return a value without the decoration of running text, and how far it starts behind the literal."""
    value = literal.value
    if not literal.quoted:
        stripped = value.lstrip(_EDGES)
        return stripped.rstrip(_EDGES), len(value) - len(stripped)
    return value.strip(), len(value) - len(value.lstrip())


def _is_magic(text: str, at: int) -> bool:
    """Say whether a line is a notebook's command: %env OKX_PASSPHRASE=V, !export OKX_PASSPHRASE=V."""
    return _MAGIC.match(text, text.rfind("\n", 0, at) + 1, at) is not None


def _is_piece(literal: Literal, view: Reading) -> bool:
    """Say whether a program puts something to a string that nobody knows: "Harbor" + salt, Chr(64) & "mill"."""
    if literal.limit >= 0:
        return False
    text, end = view.text, literal.end
    behind, before = _PUT_TO.match(text, end), _PUT_BEFORE.search(text, max(literal.start - 300, 0), literal.start)
    if view.syntax is Syntax.PROSE:  # a note may put a sign between two values
        is_call = behind is not None and _CALL.match(text, behind.end() - 1) is not None
        return is_call or (before is not None and before[0][0] == ")")
    return behind is not None or before is not None


def _within_quotes(literal: Literal, view: Reading) -> Span:
    """Return the value of a string; it may hold a string."""
    value, start = literal.value, literal.start
    if len(value) > 2 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
        start = max(start, view.text.find(value, start))
        return Span(value, start, start + len(value))
    return Span(value, start, literal.end)


def _used(value: str, literal: Literal, view: Reading) -> str:
    """Return a value as whatever reads the text hands it on."""
    if "\\," in value and _SET.search(view.text, max(0, literal.start - 2000), literal.start):
        value = value.replace("\\,", ",")
    in_address = "%" in value and (
        in_url(view.text, literal.start) is not None or in_query(view.text, literal.start, literal.end)
    )
    return outline.undone(value, view.escapes, quoted=literal.quoted, in_address=in_address)


def _to_its_end(literal: Literal, view: Reading, named: str) -> Span:
    """Return an unquoted value as far as its notation goes."""
    bound = _bound(literal, named)
    if bound is None and _bond(literal, named) is Bond.NEAR:
        return _to_its_blank(literal)
    if bound is None or (view.syntax is Syntax.LINE and literal.limit < 0):
        return Span(literal.value, literal.start, literal.end)
    text, limit = literal.text, literal.limit
    syntax = Syntax.PROSE if limit >= 0 else view.syntax
    start, end = outline.rest_of_value(text, outline.behind_emphasis(text, bound.value_start), syntax, limit)
    whole = text[start:limit] if limit >= 0 else ""
    if whole and not _GOES_ON.search(whole):
        value = whole  # the string holds one name and its value
    else:
        value = text[start:end].strip("`\"'")
        value = value.strip("*") if value.startswith("*") else value
    start = text.find(value, start)
    return Span(value, literal.whole(start), literal.whole(start + len(value)))


def _to_its_blank(literal: Literal) -> Span:
    """Return a value that stands in running text: with the signs of programs in it, without the end of a sentence."""
    found = _GLUED.match(literal.text, literal.begin) if literal.limit < 0 and literal.back is None else None
    value = (found[0] if found else literal.value).rstrip(".,;:")
    return Span(value, literal.start, literal.start + len(value))


def _in_comment(text: str, at: int) -> bool:
    line = text[text.rfind("\n", 0, at) + 1 : at].lstrip()
    return line.startswith(("#", "//", "*", "/*", "--", ";", "<!--"))
