"""The table that decides: of the rows whose evidence is there, the first says how sure a part is, or that it is none.

Evidence is gathered by `evidence`, without any judgement; this module holds all of it. A row's name is what
`keyguard why` prints, and what `python -m benchmarks.accuracy --rows` counts.
"""

from __future__ import annotations

from keyguard.frozen import dataclass
from keyguard.model import Confidence


class Sign:
    """The pieces of evidence on a literal as one part of one pack's credential; an enum's bits are ten times slower."""

    SHAPED = 1 << 0  # the part has a shape, and the literal has it
    FREE = 1 << 1  # the part is free text
    # the value
    STRONG_SHAPE = 1 << 2
    WEAK_SHAPE = 1 << 3  # such as a key in upper case
    ENCODED = 1 << 4  # in its base64 form
    MADE_UP = 1 << 5  # typed, counted, or printed in a documentation
    NO_VALUE = 1 << 6  # free text: a placeholder, a reference, a label, too short
    PLAUSIBLE = 1 << 7  # free text that could stand alone
    MIXED = 1 << 8  # of all four classes of characters
    QUOTED = 1 << 9
    EXPRESSION = 1 << 10  # unquoted text of a program, or a piece of what it puts together
    # the name
    NAMED = 1 << 11  # any name says something
    NAME_OF_PART = 1 << 12
    NAME_OF_OTHER_PART = 1 << 13
    SHORT_NAME = 1 << 14  # `key`, `secret`, `password`
    FAINT_NAME = 1 << 15  # so short that it is worth nothing without: `key`
    SOFT_NAME = 1 << 16  # another kind's in general, and a part's in the provider's frame: `public_key`
    FOREIGN_NAME = 1 << 17  # holds words that no account's name would, and not the provider's: `HEROKU_API_KEY`
    OTHER_NAME = 1 << 18  # `orderId`, `API_KEY_FILE`
    UNRELATED_NAME = 1 << 19  # it has a name, and the name says nothing of a credential
    ACCOUNT_NAME = 1 << 20  # the provider and an account: `okx_live`
    PROVIDER_NAME = 1 << 21  # the provider and a word of unknown meaning: `OKXPSF`
    LOOSE_NAME = 1 << 22  # stands near it and is bound to it by nothing
    SAID_OTHER = 1 << 23  # the running text before it speaks of an id or a hash
    ECHO = 1 << 24  # the value says what its name says
    # the place
    POSITION = 1 << 25  # of this part, among the arguments of a call or list that takes credentials
    PROVIDERS_CALL = 1 << 26  # the call says the provider by itself
    CREDENTIAL_FRAME = 1 << 27  # a frame around it is named by the provider, and by nothing else
    RECORD = 1 << 28  # an argument of one of the provider's things: OkxOrder(...)
    IN_LINES = 1 << 29  # of a notation of one value a line
    PROVIDER_IN_NAME = 1 << 30
    PROVIDER_IN_FRAME = 1 << 31
    PROVIDER_NEAR = 1 << 32
    PROVIDER_IN_PATH = 1 << 33  # in the file's name
    PROVIDER_IN_FOLDER = 1 << 34
    PROVIDER_IN_FILE = 1 << 35
    RIVAL = 1 << 36  # the nearest words are another provider's
    ANOTHERS_FRAME = 1 << 37  # the nearest frame with a name of its own names a service, and not the provider
    ANOTHERS_ENTRY = 1 << 38  # so, and the provider has an entry of its own beside it
    ANOTHERS_CALL = 1 << 39  # a client of such a name takes it
    STEMLESS = 1 << 40  # its name lacks the provider's word, which the names of parts in this text have
    # the company
    BESIDE_PART = 1 << 41  # another part with its name is near
    BESIDE_REST = 1 << 42  # all other parts are in its frame
    TAKEN = 1 << 43  # so is the same part, under its own name
    WHOLE_SET = 1 << 44  # it and all other parts are in one frame, each with its name and exact
    NEXT_TO_PAIR = 1 << 45  # the nearest of its kind to every part that has a shape, all with the provider's word
    BESIDE_SHAPES = 1 << 46  # shapes that are parts are in the text
    IN_ROW = 1 << 47  # with shapes, in one list of arguments
    BESIDE_PAIR = 1 << 48  # near every part that has a shape, each with its name
    CROWD = 1 << 49  # one of many shapes without a name
    RESEMBLING = 1 << 50  # no value but for words of its own beside a placeholder's: `Harbor-here#48`
    PREFIXED = 1 << 51  # every value of the shape begins with the provider's word: `acme_live_`
    OWN_FRAME = 1 << 52  # such a frame, with nothing but accounts between them


IN_FRAME = Sign.PROVIDER_IN_NAME | Sign.PROVIDER_IN_FRAME
CLOSE = IN_FRAME | Sign.PROVIDER_NEAR | Sign.PROVIDER_IN_PATH
NEARBY = CLOSE | Sign.PROVIDER_IN_FOLDER
SPOKEN = NEARBY | Sign.PROVIDER_IN_FILE
CERTAIN = Sign.NAME_OF_PART | Sign.POSITION
OURS = IN_FRAME | Sign.WHOLE_SET  # what speaks against another's frame


@dataclass(frozen=True, slots=True)
class Row:
    """Evidence that has to be there, all of it and one of each choice, and evidence that must not; and what it says."""

    name: str
    says: Confidence | None  # None: it is no part
    all: int = 0
    none: int = 0
    any: tuple[int, ...] = ()
    why: str = ""  # of a refusal: what would have to be different

    def fits(self, signs: int) -> bool:
        """Say whether the evidence is this row's."""
        return signs & self.all == self.all and not signs & self.none and all(signs & choice for choice in self.any)


_S = Sign
_LOW, _MEDIUM, _HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH

SHAPED: tuple[Row, ...] = (
    Row("made up", None, _S.MADE_UP, why="a value that is drawn at random, and printed in no documentation"),
    Row("says the provider itself", _HIGH, _S.STRONG_SHAPE | _S.PREFIXED),
    Row(
        "another part's field, beside the rest", _MEDIUM,
        _S.STRONG_SHAPE | _S.BESIDE_REST | _S.NAME_OF_OTHER_PART, none=_S.RIVAL | _S.TAKEN, any=(SPOKEN,),
    ),
    Row(
        "soft name in the provider's frame", _MEDIUM,
        _S.STRONG_SHAPE | _S.BESIDE_REST | _S.SOFT_NAME | _S.CREDENTIAL_FRAME, none=_S.TAKEN,
    ),
    Row(
        "name of another part", None, _S.NAME_OF_OTHER_PART, none=_S.POSITION,
        why="the name of the part whose shape it has",
    ),
    Row("name of something else", None, _S.OTHER_NAME, why="a part's name, not that of an id, a hash or a token"),
    Row("unrelated name", None, _S.UNRELATED_NAME, why="a part's name, or no name and a place in the provider's call"),
    Row("a thing of the provider", None, _S.RECORD, none=_S.NAME_OF_PART, why="a client's call, or a part's name"),
    Row("called something else", None, _S.SAID_OTHER, why="running text that does not call it an id or a hash"),
    Row("another provider", None, _S.RIVAL, why="the provider's word in its name or frame, or nearer than the other's"),
    Row("another service's entry", None, _S.ANOTHERS_ENTRY, none=IN_FRAME, why="an entry that the provider names"),
    Row("another service's client", None, _S.ANOTHERS_CALL, none=OURS, why="a client that the provider's word names"),
    Row("another service's frame", None, _S.ANOTHERS_FRAME, none=OURS | CLOSE, why="the provider's word near it"),
    Row(
        "alone in another service's frame", None, _S.ANOTHERS_FRAME | _S.NAME_OF_PART,
        none=OURS | _S.BESIDE_PART | _S.PROVIDER_IN_PATH,
        why="another part beside it, or a frame that the provider's word names",
    ),
    Row("name without the provider's word", None, _S.STEMLESS, none=OURS, why="the word that the other names have"),
    Row("foreign name", None, _S.FOREIGN_NAME, none=OURS, why="the provider's word in its name"),
    Row(
        "faint name alone", None, _S.FAINT_NAME | _S.NAME_OF_PART,
        none=_S.POSITION | _S.BESIDE_PART | _S.OWN_FRAME | _S.PROVIDER_IN_NAME,
        why="a longer name, another part beside it, or a frame that the provider's word names",
    ),
    Row("inexact shape, no name", None, _S.WEAK_SHAPE, none=CERTAIN, why="the exact shape, or a part's name"),
    Row("inexact shape, short name", None, _S.WEAK_SHAPE | _S.SHORT_NAME, why="the exact shape, or a longer name"),
    Row("inexact shape, no provider", None, _S.WEAK_SHAPE, none=SPOKEN, why="the exact shape, or the provider's word"),
    Row("encoded, no provider", None, _S.ENCODED, none=SPOKEN, why="the provider's word in the file"),
    Row(
        "encoded, foreign name",
        None,
        _S.ENCODED | _S.FOREIGN_NAME,
        none=IN_FRAME,
        why="the provider in its name",
    ),
    Row("one of many without a name", None, _S.CROWD, why="a part's name, or fewer values of the same shape"),
    Row("argument of the provider's call", _HIGH, _S.STRONG_SHAPE | _S.PROVIDERS_CALL, any=(CERTAIN,)),
    Row("inexact argument of the provider's call", _MEDIUM, _S.PROVIDERS_CALL, any=(CERTAIN,)),
    Row("foreign name in a whole set", _LOW, _S.FOREIGN_NAME, none=IN_FRAME),
    Row("named, the provider's", _HIGH, _S.STRONG_SHAPE, any=(CERTAIN, IN_FRAME)),
    Row("named, the provider's, inexact", _MEDIUM, any=(CERTAIN, IN_FRAME)),
    Row("named, the provider near", _HIGH, _S.STRONG_SHAPE, none=_S.SHORT_NAME, any=(CERTAIN, NEARBY)),
    Row("short name, the provider near", _MEDIUM, _S.STRONG_SHAPE, any=(CERTAIN, NEARBY)),
    Row("named, the provider in the file", _MEDIUM, _S.STRONG_SHAPE, none=_S.SHORT_NAME, any=(CERTAIN, SPOKEN)),
    Row("an account of the provider", _MEDIUM, _S.STRONG_SHAPE | _S.ACCOUNT_NAME, none=CERTAIN),
    Row("shape alone", _LOW),
)  # fmt: skip

FREE: tuple[Row, ...] = (
    Row("name of another part", None, _S.NAME_OF_OTHER_PART, none=_S.POSITION, why="the name of this part"),
    Row("name of something else", None, _S.OTHER_NAME, none=_S.NAME_OF_PART, why="the name of this part"),
    Row(
        "unknown name next to the pair", _LOW,
        _S.PROVIDER_NAME | _S.NEXT_TO_PAIR | _S.MIXED | _S.PLAUSIBLE, none=_S.TAKEN | _S.EXPRESSION,
    ),
    Row("no name", None, none=CERTAIN, why="the name of this part, or a place beside the other parts"),
    Row("unrelated name", None, _S.UNRELATED_NAME, none=_S.QUOTED, why="no other name between its own and the value"),
    Row("an expression", None, _S.EXPRESSION, why="quotes: what a program does not quote is no literal"),
    Row("another provider", None, _S.RIVAL, why="the provider's word in its name or frame, or nearer than the other's"),
    Row("another service's entry", None, _S.ANOTHERS_ENTRY, none=IN_FRAME, why="an entry that the provider names"),
    Row("another service's client", None, _S.ANOTHERS_CALL, none=OURS, why="a client that the provider's word names"),
    Row("another service's frame", None, _S.ANOTHERS_FRAME, none=OURS | CLOSE, why="the provider's word near it"),
    Row("name without the provider's word", None, _S.STEMLESS, none=OURS, why="the word that the other names have"),
    Row("foreign name", None, _S.FOREIGN_NAME, none=OURS, why="a name without words that no account has"),
    Row("running words", None, _S.LOOSE_NAME, none=_S.QUOTED | _S.PLAUSIBLE, why="quotes, or a separator behind it"),
    Row("running words in lines", None, _S.LOOSE_NAME | _S.IN_LINES, none=_S.QUOTED, why="a separator behind the name"),
    Row(
        "like a placeholder", None, _S.NO_VALUE | _S.RESEMBLING, none=_S.BESIDE_PAIR,
        why="the other parts beside it, or a value without a placeholder's words",
    ),
    Row(
        "no value", None, _S.NO_VALUE, none=_S.RESEMBLING,
        why="a value that is no placeholder, reference, label or blank",
    ),
    Row("says its own name", None, _S.ECHO, why="a value that is not its own name"),
    Row("short name alone", None, _S.SHORT_NAME, none=_S.BESIDE_SHAPES, why="a longer name, or the other parts near"),
    Row("argument alone", None, _S.POSITION, none=_S.NAME_OF_PART | _S.IN_ROW, why="a name, or other parts beside it"),
    Row(
        "hardly a value alone", None, none=_S.PLAUSIBLE | _S.BESIDE_PAIR,
        why="8 characters of three classes with a digit, or the other parts beside it",
    ),
    Row("loosely named", _LOW, _S.LOOSE_NAME),
    Row("named by the provider, four classes", _HIGH, _S.PLAUSIBLE | _S.NAME_OF_PART | _S.PROVIDER_IN_NAME | _S.MIXED),
    Row("named by the provider", _MEDIUM, _S.PLAUSIBLE | _S.NAME_OF_PART | _S.PROVIDER_IN_NAME),
    Row(
        "named in the provider's frame", _MEDIUM, _S.PLAUSIBLE | _S.NAME_OF_PART | _S.PROVIDER_IN_FRAME,
        none=_S.SHORT_NAME,
    ),
    Row("named alone", _LOW),
)  # fmt: skip


def named(signs: int) -> list[str]:
    """Return the names of signs, in the order of their declaration."""
    return [name for name, bit in vars(Sign).items() if name.isupper() and signs & bit]


def decide(signs: int) -> Row:
    """Return the first row whose evidence is there; the last of each table fits all."""
    rows = FREE if signs & Sign.FREE else SHAPED
    return next(row for row in rows if row.fits(signs))
