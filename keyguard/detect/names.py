"""What a name says of its value: which part it is, whose, for which account, or that it is something else.

A name is taken apart once, with the words of all packs, and then asked of each of them:

    OKX_DEMO_API_KEY   okx demo api key   okx: the part api_key, said by the provider, of the account `demo`
    orderId            order id           no part; the name of something else
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import regex

from keyguard.expressions import regex_expression
from keyguard.frozen import dataclass
from keyguard.packs import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from keyguard.packs import Pack, Vocabulary

_COMPONENT = regex_expression(r"->|::|__|[./:\\]+")
_TOKEN = regex_expression(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_a-zA-Z]+")
_WORD = regex_expression(r"\w+")  # md5
_MAKING = frozenset("of from new create make build parse instance get default with".split())
_REMEMBERED = 20_000  # names; generated files have no end of them
_LONGEST = 120  # code points; what is longer is no name


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name says of its value."""

    part: str | None = None
    short: bool = False  # only a short name such as `secret`: worth something in company
    faint: bool = False  # so short that it is worth nothing without: `key`
    unknown: bool = False  # holds words that no account's name would
    foreign: bool = False  # does so and does not name the provider: `HEROKU_API_KEY`
    other: bool = False  # says that the value is something else: `orderId`, `API_KEY_FILE`
    provider: bool = False
    bare: bool = False  # names an account and nothing else: `okx_live`
    rival: bool = False
    stem: tuple[str, ...] = ()
    realm: str | None = None
    maybe: Meaning | None = None  # what it says if its words of no meaning are an account's: OKX_ALICE_SECRET


NOTHING = Meaning()


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A name taken apart."""

    name: str
    tokens: tuple[str, ...]  # of its last component, and of the one before where that is a single word
    components: tuple[tuple[str, ...], ...]
    realm: str | None


class Lexicon:
    """Takes names apart for all packs, each once."""

    def __init__(self, packs: Sequence[Pack], vocabulary: Vocabulary, rivals: Sequence[Pack] = ()) -> None:
        self.vocabulary = vocabulary
        self.packs = {pack.id: PackNames(pack, (*packs, *rivals), self) for pack in packs}
        words = {word for names in self.packs.values() for word in names.words if len(word) > 2}
        self._starts = regex_expression("|".join(map(regex.escape, sorted(words, reverse=True))) or "(?!)")
        self._meanings: dict[str, dict[str, Meaning]] = {}

    def meanings(self, name: str) -> dict[str, Meaning]:
        """Return what a name says to each pack, by the pack's id, remembered."""
        found = self._meanings.get(name)
        if found is None:
            if len(self._meanings) > _REMEMBERED:
                self._meanings.clear()
            found = self._meanings[name] = self._read(name)
        return found

    def tokens(self, name: str) -> list[str]:
        """Return the words of a name, in lower case, a provider's apart: OKXApiKey is okx, api, key."""
        tokens: list[str] = []
        for token in (found.lower() for found in _TOKEN.findall(name)):
            start = self._starts.match(token)
            whole = start is None or start.end() == len(token)
            tokens += [token] if whole or start is None else [start[0], token[start.end() :]]
            if token.isdigit() and "".join(tokens[-2:]) in self.vocabulary.encoding_words:
                tokens[-2:] = ["".join(tokens[-2:])]  # base64
        return tokens

    def realm_word(self, tokens: Iterable[str]) -> str | None:
        """Return 'demo' or 'live' when words say one of them and not the other."""
        found = {name for name, realm in self.vocabulary.realms.items() if any(t in realm.words for t in tokens)}
        return found.pop() if len(found) == 1 else None

    def speaks_of_other(self, text: str) -> bool:
        """Say whether running text calls what follows an id or a hash: 'request ids such as ...'."""
        words = [*_TOKEN.findall(text), *_WORD.findall(text)]
        return any(word.lower() in self.vocabulary.other_names for word in words)

    def _read(self, name: str) -> dict[str, Meaning]:
        texts = [component for component in _COMPONENT.split(name.strip("\"'`$@* ")) if component.strip()]
        if not texts or len(name) > _LONGEST:
            return dict.fromkeys(self.packs, NOTHING)
        components = tuple(tuple(self.tokens(text)) for text in texts)
        tokens = components[-1]
        if len(components) > 1 and len(tokens) == 1:
            tokens = components[-2][-1:] + tokens  # okx.api.secret
        parsed = _Parsed(name, tokens, components, self.realm_word(tokens))
        return {pack: names.meaning(parsed) for pack, names in self.packs.items()}


class PackNames:
    """Reads names with the words of one pack and of the vocabulary."""

    def __init__(self, pack: Pack, packs: Sequence[Pack], lexicon: Lexicon) -> None:
        self.pack, self.lexicon = pack, lexicon
        self.vocabulary = vocabulary = lexicon.vocabulary
        self.provider = mention(pack.words)
        self.words = {plain(word) for word in pack.words}
        others = (*vocabulary.rival_words, *(word for other in packs if other is not pack for word in other.words))
        self._rivals = tuple(word for word in others if word not in pack.words)
        self._names = {
            name: (part.name, name not in part.names, name in part.faint_names)
            for part in sorted(pack.parts.values(), key=lambda part: part.name)
            for name in (*part.short_names, *part.names)
        }

    @cached_property
    def strong_calls(self) -> list[regex.Pattern[str]]:
        """Calls that say the provider by themselves."""
        return [regex_expression(place.call) for place in self.pack.positions if place.call and place.strong]

    @cached_property
    def any_shape(self) -> regex.Pattern[str] | None:
        """The shape of any part, and nothing longer."""
        parts = self.pack.parts.values()
        strong = "|".join(f"(?:{part.shape})" for part in parts if part.shape)
        # What is weak counts only as the whole of a value, and behind a slash it is a piece of an address.
        weak = "|".join(f"(?<!/)(?:{part.weak_shape})" for part in parts if part.weak_shape)
        shapes = "|".join(filter(None, (strong, weak)))
        edges = r"(?<![0-9A-Za-z]|[0-9A-Za-z]-)", r"(?![0-9A-Za-z]|-[0-9A-Za-z])"
        return regex_expression(rf"{edges[0]}(?:{shapes}){edges[1]}") if shapes else None

    @cached_property
    def rival(self) -> regex.Pattern[str]:
        """Other providers' words."""
        return mention(self._rivals)

    def rivals_in(self, text: str) -> list[int]:
        """Return where a text speaks of other providers.

        Their words are looked for in lower case first, by a pattern that reads each character once: ten times as fast.
        """
        lower = text.lower()
        if len(lower) != len(text):  # a few letters are two in lower case
            return [found.start() for found in self.rival.finditer(text)]
        starts, word = list[int](), self._rival_words.search(lower)
        while word is not None:
            found = self.rival.match(text, word.start())
            if found is not None:
                starts.append(found.start())
            word = self._rival_words.search(lower, found.end() if found else word.start() + 1)
        return starts

    @cached_property
    def _rival_words(self) -> re.Pattern[str]:
        return re.compile(_merged({word.lower() for word in self._rivals}) or "(?!)")

    def of(self, name: str) -> Meaning:
        """Return what a name says to this pack, remembered."""
        return self.lexicon.meanings(name)[self.pack.id]

    def is_neutral(self, name: str) -> bool:
        """Say whether a name has no word of its own but the provider's: `credentials`, `RestClient`."""
        return all(self._is_neutral(token) for token in self.lexicon.tokens(name))

    def is_account(self, name: str) -> bool:
        """Say whether a name tells an account of the provider, and nothing else: `okx.demo`, `credentials`."""
        return all(self._is_account(token) for token in self.lexicon.tokens(name))

    def words_of_account(self, name: str) -> tuple[str, ...]:
        """Return the words of a name that tell accounts apart, in the order of stems; nothing for a part's name."""
        tokens = self.lexicon.tokens(name) if self.of(name).part is None else []
        return tuple(sorted({token for token in tokens if self._tells_accounts(token)}))

    def holds_accounts(self, name: str) -> bool:
        """Say whether a name can be an account's or several accounts': `live`, `accounts`, `okx_client`."""
        tokens = self.lexicon.tokens(name)
        return all(self._is_account(token) or self._is_account(token.removesuffix("s")) for token in tokens)

    def is_client(self, name: str) -> bool:
        """Say whether a name is a client's or an account's, as far as it can be: OkxClient, not OkxOrder."""
        tokens = self.lexicon.tokens(name)
        return bool(tokens) and tokens[-1] not in self.vocabulary.record_words and all(map(self._is_neutral, tokens))

    def is_record(self, name: str) -> bool:
        """Say whether a name is a thing's of the provider, or what makes one: OkxOrder, OkxOrder.of."""
        tokens = self.lexicon.tokens(name)
        while len(tokens) > 1 and tokens[-1] in _MAKING:
            tokens.pop()
        return bool(tokens) and tokens[-1] in self.vocabulary.record_words

    def _is_neutral(self, token: str) -> bool:
        vocabulary = self.vocabulary
        return token not in vocabulary.system_words and (
            token in vocabulary.neutral_words or token in vocabulary.declaring_words or self._is_account(token)
        )

    def meaning(self, parsed: _Parsed) -> Meaning:
        """Return what a name that was taken apart says."""
        provider = self.provider.search(parsed.name) is not None
        said = Meaning(
            provider=provider,
            rival=not provider and self.rival.search(parsed.name) is not None,
            realm=parsed.realm,
        )
        if provider and self._is_account_of(parsed):
            return self._of_part(parsed.components[-1], (0, 1), said, _outer(parsed))
        if (suffixed := self._suffixed(parsed)) is not None:
            tokens, span = suffixed
            return self._of_part(tokens, span, said, [])
        best = self._longest(parsed.tokens)
        if best is None:
            account = all(self._is_account(token) for tokens in parsed.components for token in tokens)
            return replace(said, other=self._says_other(parsed.tokens), bare=account)
        if not provider and self._names_another(parsed):
            return replace(said, other=True, realm=None)
        return self._of_part(parsed.tokens, best, said, _outer(parsed))

    def _names_another(self, parsed: _Parsed) -> bool:
        """Say whether a name is another service's: /bots/heroku/api_key, and CoinApiKey, which is CoinAPI's."""
        if any(token in self.vocabulary.foreign_words for token in _outer(parsed)):
            return True
        tokens = parsed.tokens
        pairs = ((first, last) for first in range(len(tokens)) for last in range(first + 2, len(tokens) + 1))
        return any("".join(tokens[first:last]) in self.vocabulary.foreign_words for first, last in pairs)

    def _is_account_of(self, parsed: _Parsed) -> bool:
        """Say whether a word before a part's name tells accounts apart: okx.alice.secret, not okx.api.secret."""
        last = parsed.components[-1]
        if not last or len(last) == len(parsed.tokens) or not self._known(last[0]):
            return False
        word = parsed.tokens[0]
        return not self._is_account(word) and not self._known(word + last[0])

    def _suffixed(self, parsed: _Parsed) -> tuple[tuple[str, ...], tuple[int, int]] | None:
        """Return the words of a part's name behind which an account's stands, and where it is: okx.api-key.ann."""
        last = parsed.components[-1]
        if len(last) != 1 or self._longest(last) is not None or not self._may_be_account(last[0]):
            return None
        if "/" in parsed.name or not self.vocabulary.foreign_words.isdisjoint(_outer(parsed)):
            return None  # a file's ending: include/okx/secret_key.h
        for count in (1, 2):
            named = tuple(token for tokens in parsed.components[-1 - count : -1] for token in tokens)
            span = self._longest(named)
            if span and not self._is_short(named[slice(*span)]):
                return (*named, *last), span
        return None

    def _may_be_account(self, token: str) -> bool:
        return self._is_account(token) or not self._is_neutral(token)

    def _is_short(self, tokens: tuple[str, ...]) -> bool:
        return self._names[self._known("".join(tokens))][1]

    def _longest(self, tokens: tuple[str, ...]) -> tuple[int, int] | None:
        """Return where the longest name of a part stands among the tokens, of equal ones the last."""
        spans = (
            (len("".join(tokens[first:last])), last, first)
            for first in range(len(tokens))
            for last in range(first + 1, len(tokens) + 1)
            if self._known("".join(tokens[first:last]))
        )
        best = max(spans, default=None)
        return (best[2], best[1]) if best else None

    def _known(self, joined: str) -> str:
        """Return the name of a part that words are, in the singular where they are several: `api_keys`."""
        if joined in self._names:
            return joined
        return joined[:-1] if len(joined) > 3 and joined[-1] == "s" and joined[:-1] in self._names else ""

    def _of_part(self, tokens: tuple[str, ...], span: tuple[int, int], said: Meaning, outer: list[str]) -> Meaning:
        first, last = span
        part, short, faint = self._names[self._known("".join(tokens[first:last]))]
        vocabulary = self.vocabulary
        before, after = self._rest(tokens[:first]), self._rest(tokens[last:])
        rest = before + after
        unknown = any(not self._is_account(token) for token in rest)
        foreign = any(token in vocabulary.foreign_words for token in rest)
        if self._is_about(tokens, before, after, part, short=short, provider=said.provider):
            return replace(said, other=True, realm=None)
        stem = tuple(sorted({*rest, *filter(self._tells_accounts, outer)}))
        if short and unknown:
            maybe = None if foreign else replace(said, part=part, short=True, unknown=True, stem=stem)
            return replace(said, other=foreign, realm=None, maybe=maybe)
        if foreign and not said.provider:
            return replace(said, other=True, realm=None)
        return replace(
            said,
            part=part,
            short=short,
            faint=faint,
            unknown=unknown,
            foreign=unknown and not said.provider,
            stem=stem,
        )

    def _is_about(
        self, tokens: tuple[str, ...], before: list[str], after: list[str], part: str, *, short: bool, provider: bool
    ) -> bool:
        """Say whether a name that holds a part's names something about it: `API_KEY_FILE`, `passphrase_attempts`."""
        vocabulary = self.vocabulary
        if "".join(tokens) in vocabulary.other_names and (before or after or short):
            return True
        if any(token in vocabulary.about_words for token in after) or self._is_kept(tokens[-1], before):
            return True
        free = self.pack.parts[part].shape is None
        goes_on = any(not self._is_account(token) for token in after)
        return goes_on and free and not (provider and len(after) == 1)

    def _is_kept(self, last: str, before: Iterable[str]) -> bool:
        """Say whether a name is that of a password manager's entry: BW_OKX_API_KEY_ID."""
        vocabulary = self.vocabulary
        entry = last in vocabulary.about_words or last in vocabulary.record_words
        return entry and any(token in vocabulary.keeper_words for token in before)

    def _rest(self, tokens: tuple[str, ...]) -> list[str]:
        vocabulary = self.vocabulary
        silent = self.words | vocabulary.declaring_words | vocabulary.encoding_words
        return [token for token in tokens if token not in silent]

    def _is_account(self, token: str) -> bool:
        return token in self.words or token in self.vocabulary.account_words or token.isdigit() or len(token) == 1

    def _tells_accounts(self, token: str) -> bool:
        """Say whether a word of a path tells accounts apart: okx.alice.apiKey, not config.okx.apiKey."""
        if token in self.words or token in self.vocabulary.declaring_words:
            return False
        realm = any(token in realm.words for realm in self.vocabulary.realms.values())
        return realm or token.isdigit() or not self._is_neutral(token)

    def _says_other(self, tokens: tuple[str, ...]) -> bool:
        vocabulary = self.vocabulary
        return bool(tokens) and (
            tokens[-1] in vocabulary.about_words
            or any("".join(tokens[n:]) in vocabulary.other_names for n in range(len(tokens)))
        )


def _outer(parsed: _Parsed) -> list[str]:
    return [token for tokens in parsed.components[:-1] for token in tokens]


def _merged(words: Collection[str]) -> str:
    """Build the pattern of one of several words, in which what begins them alike stands once."""
    further: dict[str, set[str]] = {}
    for word in filter(None, words):
        further.setdefault(word[0], set()).add(word[1:])
    choices = [re.escape(first) + _merged(rest) for first, rest in sorted(further.items())]
    merged = choices[0] if len(choices) == 1 else f"(?:{'|'.join(choices)})"
    return "" if not choices else f"(?:{merged})?" if "" in words else merged


def mention(words: Iterable[str]) -> regex.Pattern[str]:
    """Build the pattern of a provider's words: whole words, or the humps of a camel-case one."""
    words = list(words)
    lower = "|".join(regex.escape(word) for word in words)
    humps = "|".join(
        sorted({regex.escape(w) for word in words if word.isascii() for w in (word.upper(), word.capitalize())})
    )
    return regex_expression(rf"(?i:(?<![a-z])(?:{lower}))|(?<![A-Z])(?:{humps})(?![a-z])")
