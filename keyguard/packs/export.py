r"""What other scanners can be told of a pack: a TOML of rules that gitleaks, betterleaks and kingfisher read.

    provider's word ... name of a part : value        in a few lines; then the parts that stand near each other

They have one expression a rule, without look-arounds, and no table of evidence. So a rule here asks for what is surest:
a word for the provider, the name of a part behind it, and a value of its shape. What keyguard says beyond that (demo or
live, several accounts, parts in several files, practices, what is refused and why) they cannot say.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from keyguard import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from keyguard.model import Rule
    from keyguard.packs import Pack, Part, RuleSet

_NEAR = 12  # lines, between the parts of one credential


class _Dialect(NamedTuple):
    """How a scanner spells what all of them know."""

    group: str  # the key that names the group which is the value
    near: str  # the table that asks for a further part
    has_entropy: bool


_LIKE_GITLEAKS = _Dialect("secretGroup", f"[[rules.required]]\nid = {{}}\nwithinLines = {_NEAR}", has_entropy=True)
_DIALECTS: Mapping[str, _Dialect] = {
    "gitleaks": _LIKE_GITLEAKS,
    "betterleaks": _Dialect("valueGroup", f'[[rules.components]]\nid = {{}}\nwithin = "{_NEAR}L"', has_entropy=False),
    "kingfisher": _LIKE_GITLEAKS,
}
SCANNERS = tuple(_DIALECTS)
_LINES = 6  # between a word for the provider and a part
_RANDOM = 3.0  # bits a character: of a hundred random values of 32 digits, 99 have more
_FREE = r"""[^\s"'`,;]"""
_WORDS = re.compile(
    "access|account|client|passphrase|password|passwd|phrase|private|public|secret|signing|token|key|rest|sign|hmac|word"
    "|pass|api|pwd|ok|id"
)
_LOOK = re.compile(r"\(\?(?:[=!]|<[=!])[^()]*(?:\([^()]*\)[^()]*)*\)")


def exported(loaded: RuleSet, scanner: str, providers: frozenset[str]) -> str:
    """Return the rules of these providers as a scanner takes them."""
    dialect = _DIALECTS[scanner]
    left = sorted(rule.id for rule in loaded.rules.values() if rule.pattern and _is_too_wide(rule.pattern))
    heads = [
        f"# Of keyguard {__version__}: what {scanner} can say of its rules for {', '.join(sorted(providers))}.",
        "# Parts of one credential are joined where they stand near each other; demo, several accounts, parts in",
        "# several files and passphrases without a name are told by keyguard alone.",
        *([f"# Left out, as no expression of {scanner}'s can say it: {', '.join(left)}."] if left else []),
        'title = "keyguard"',
    ]
    tables = (table for pack in loaded.packs if pack.id in providers for table in _tables(pack, loaded, dialect))
    return "\n\n".join(["\n".join(heads), *tables]) + "\n"


def _tables(pack: Pack, loaded: RuleSet, dialect: _Dialect) -> Iterator[str]:
    rules = [rule for rule in loaded.rules.values() if rule.provider == pack.id and not rule.is_practice]
    parts = [(rule, pack.parts[rule.part]) for rule in rules if rule.part]
    for rule, part in parts:
        yield _table(rule, _of_part(pack, part), pack.words, dialect, is_random=part.shape is not None)
    yield from _whole(pack, loaded, parts, dialect)
    for rule in rules:
        if rule.pattern and not _is_too_wide(rule.pattern):
            yield _table(rule, _LOOK.sub("", rule.pattern), (), dialect, is_random=False)


def _whole(pack: Pack, loaded: RuleSet, parts: Iterable[tuple[Rule, Part]], dialect: _Dialect) -> Iterator[str]:
    """Return the rule of the whole credential: its first part, near all others that have a shape."""
    shaped = [(rule, part) for rule, part in parts if part.shape]
    whole = loaded.rules.get(pack.credential_rule)
    if whole and len(shaped) > 1:
        near = "".join(f"\n\n{dialect.near.format(_text(rule.id))}" for rule, _ in shaped[1:])
        yield _table(whole, _of_part(pack, shaped[0][1]), pack.words, dialect, is_random=True) + near


def _is_too_wide(pattern: str) -> bool:
    """Tell whether repeats within repeats are more than an automaton of these scanners takes: a thousand."""
    nested = re.findall(r"\((?:[^()\\]|\\.)*\{(?:\d*,)?(\d+)\}(?:[^()\\]|\\.)*\)\{(?:\d*,)?(\d+)\}", pattern)
    return any(int(inner) * int(outer) > 1_000 for inner, outer in nested)


def _table(rule: Rule, pattern: str, words: Iterable[str], dialect: _Dialect, *, is_random: bool) -> str:
    keywords = ", ".join(_text(word.lower()) for word in words)
    lines = [
        "[[rules]]",
        f"id = {_text(rule.id)}",
        f"description = {_text(rule.title)}",
        f"regex = {_literal(pattern)}",
        f"{dialect.group} = 1",
        *([f"entropy = {_RANDOM}"] if is_random and dialect.has_entropy else []),
        *([f"keywords = [{keywords}]"] if keywords else []),
    ]
    return "\n".join(lines)


def _of_part(pack: Pack, part: Part) -> str:
    """Return the expression for a part: the provider's word, its name within some lines, and a value."""
    words = "|".join(map(_plain, sorted(pack.words, key=len, reverse=True)))
    named = {name for name in (*part.names, *part.short_names) if name.isascii()}
    names = "|".join(_spelled(name, pack.words) for name in sorted(named, key=lambda name: (-len(name), name)))
    between = rf"(?:[^\n]{{0,60}}?|(?:[^\n]{{0,120}}\n){{1,{_LINES}}}?[^\n]{{0,60}}?)"
    value = _value(part)
    return rf"""(?i:{words}){between}(?i:{names})["'`\]]{{0,2}}\s{{0,4}}(?:[:=,]|=>|:=)\s{{0,4}}["'`]{{0,1}}{value}"""


def _value(part: Part) -> str:
    if part.shape is None:
        return rf"({_FREE}{{{max(part.minimum or 0, 6)},{part.maximum or 64}}})"
    shapes = [_LOOK.sub("", shape) for shape in (part.shape, part.weak_shape) if shape]
    return rf"\b({'|'.join(shapes)})\b"


def _plain(word: str) -> str:
    return "".join(f"[{one}]" if one in "-_." else one for one in word)


def _spelled(name: str, provider: Iterable[str]) -> str:
    """Return a name as people write it: with a mark, or none, between its words."""
    words = "|".join([*filter(str.isalnum, provider), _WORDS.pattern])
    pieces = filter(None, re.split(f"({words})(s(?![a-z]))?", name))
    spelled = r"[_.\- ]?".join(pieces)
    return re.sub(r"\[_\.\\- \]\?s(?=\[|$)", "s", spelled)  # of a plural


def _literal(pattern: str) -> str:
    """Return an expression as TOML has it, as it is if it can be."""
    return f"'''{pattern}'''" if pattern.isprintable() and "'''" not in pattern else _text(pattern)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
