"""What a name says of its value: which part it is, whose, for which account, or that it is something else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import regex

from keyguard.packs import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keyguard.packs import Pack, Vocabulary

_COMPONENT = regex.compile(r"->|::|__|[./:\\]+")
_TOKEN = regex.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_a-zA-Z]+")
_REMEMBERED = 20_000  # names; generated files have no end of them


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


NOTHING = Meaning()


class Names:
    """Reads names with the words of one pack and of the vocabulary."""

    def __init__(self, pack: Pack, vocabulary: Vocabulary) -> None:
        self.pack = pack
        self.vocabulary = vocabulary
        self.provider = mention(pack.words)
        self.words = {plain(word) for word in pack.words}
        self._meanings: dict[str, Meaning] = {}

    @cached_property
    def rival(self) -> regex.Pattern[str]:
        """Other providers' words."""
        return mention(self.vocabulary.rival_words)

    def meaning(self, name: str) -> Meaning:
        """Return what a name says, remembered."""
        if name not in self._meanings:
            if len(self._meanings) > _REMEMBERED:
                self._meanings.clear()
            self._meanings[name] = self._meaning(name)
        return self._meanings[name]

    def _meaning(self, name: str) -> Meaning:
        components = [component for component in _COMPONENT.split(name.strip("\"'`$@* ")) if component.strip()]
        if not components or len(name) > 120:
            return NOTHING
        provider = self.provider.search(name) is not None
        rival = not provider and self.rival.search(name) is not None
        tokens = self.tokens(components[-1])
        if len(components) > 1 and len(tokens) == 1:
            tokens = self.tokens(components[-2])[-1:] + tokens  # okx.api.secret
        vocabulary = self.vocabulary
        best: tuple[int, int, int, str, bool] | None = None
        for first in range(len(tokens)):
            for last in range(first + 1, len(tokens) + 1):
                joined = "".join(tokens[first:last])
                for part in self.pack.parts.values():
                    if joined in part.names or joined in part.short_names:
                        key = (len(joined), last, first, part.name, joined not in part.names)
                        best = max(best, key) if best else key
        realm = self.realm_word(tokens)
        if best is None:
            other = bool(tokens) and ("".join(tokens) in vocabulary.other_names or self._says_other(tokens))
            account = all(self._is_account(t) for component in components for t in self.tokens(component))
            return Meaning(other=other, provider=provider, bare=account, rival=rival, realm=realm)
        _, last, first, part_name, short = best
        before = [t for t in tokens[:first] if t not in self.words and t not in vocabulary.declaring_words]
        after = [t for t in tokens[last:] if t not in self.words and t not in vocabulary.declaring_words]
        rest = before + after
        unknown = [t for t in rest if not self._is_account(t)]
        about = any(t in vocabulary.about_words for t in after)
        if (
            ("".join(tokens) in vocabulary.other_names and (before or after or short))
            or about
            or (after and unknown and self.pack.parts[part_name].shape is None and not (provider and len(after) == 1))
        ):
            return Meaning(other=True, provider=provider, rival=rival)
        foreign = bool(unknown)
        if short and foreign:
            return Meaning(other=any(t in vocabulary.foreign_words for t in rest), provider=provider, rival=rival)
        if any(t in vocabulary.foreign_words for t in rest) and not provider:
            return Meaning(other=True, rival=rival)
        return Meaning(
            part_name,
            short,
            foreign,
            foreign and not provider,
            provider=provider,
            rival=rival,
            stem=tuple(sorted(rest)),
            realm=realm,
        )

    def _is_account(self, token: str) -> bool:
        return token in self.words or token in self.vocabulary.account_words or token.isdigit() or len(token) == 1

    def tokens(self, name: str) -> list[str]:
        """Return the words of a name, in lower case, the provider's apart: OKXApiKey is okx, api, key."""
        tokens: list[str] = []
        for token in (found.lower() for found in _TOKEN.findall(name)):
            word = next((w for w in self.words if token.startswith(w) and token != w and len(w) > 2), None)
            tokens += [word, token[len(word) :]] if word else [token]
        return tokens

    def speaks_of_other(self, text: str) -> bool:
        """Say whether running text calls what follows an id or a hash: 'request ids such as ...'."""
        return any(token.lower() in self.vocabulary.other_names for token in _TOKEN.findall(text))

    def _says_other(self, tokens: list[str]) -> bool:
        vocabulary = self.vocabulary
        return any("".join(tokens[n:]) in vocabulary.other_names for n in range(len(tokens))) or (
            tokens[-1] in vocabulary.about_words
        )

    def realm_word(self, tokens: Iterable[str]) -> str | None:
        """Return 'demo' or 'live' when words say one of them and not the other."""
        found = {name for name, realm in self.vocabulary.realms.items() if any(t in realm.words for t in tokens)}
        return found.pop() if len(found) == 1 else None


def mention(words: Iterable[str]) -> regex.Pattern[str]:
    """Build the pattern of a provider's words: whole words, or the humps of a camel-case one."""
    lower = "|".join(regex.escape(word) for word in words)
    humps = "|".join(
        sorted({regex.escape(w) for word in words if word.isascii() for w in (word.upper(), word.capitalize())})
    )
    return regex.compile(rf"(?i:(?<![a-z])(?:{lower}))|(?<![A-Z])(?:{humps})(?![a-z])")
