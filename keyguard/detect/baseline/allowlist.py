r"""Paths of a gitleaks configuration as patterns of gitignore: what its allowlists leave out, `exclude` leaves out.

    '''^vendor/'''            /vendor/
    '''node_modules'''        **/*node_modules*
    '''^docs/.*\.md$'''       /docs/**/*.md

gitleaks searches an expression anywhere in a path. One that no pattern of gitignore says is left to its owner: a
pattern that fits more files would hide a leak. (A folder whose name ends as an expression does is left out whole.)
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from itertools import product
from typing import TYPE_CHECKING, Any

from keyguard.errors import SettingsError
from keyguard.frozen import dataclass
from keyguard.veil import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST = 64  # patterns of one expression
_ANYTHING = re.compile(r"\(?\.\*\??\)?")
_BEGINS = re.compile(r"\\A|\^")
_BOUNDARY = re.compile(r"\((?:\?:)?(?:\^\|/|/\|\^)\)")
_ENDS = re.compile(r"(?:\\z|(?<!\\)\$)\Z")
_CHOICE = re.compile(r"\((?:\?:)?([^()\[\]*+?^$/]+(?:\|[^()\[\]*+?^$/]+)*)\)")
_TOKEN = re.compile(
    r"(?P<deep>(?<=/)\.\*\??(?=[^/]))|(?P<one>\[\^/\]\*)|\\(?P<literal>[^\w\s])|(?P<any>\.)|(?P<plain>[\w/~@%=,:;&<>\"'!#-])"
)
_WAYS = {"deep": "**/*", "one": "*", "any": "?"}
_OTHERS = ("regexes", "stopwords", "commits", "targetRules")


@dataclass(frozen=True, slots=True)
class Allowlist:
    """What a configuration leaves out, as far as keyguard can say it."""

    patterns: tuple[str, ...]  # of gitignore
    left: tuple[str, ...]  # expressions that no pattern says
    others: tuple[tuple[str, int], ...]  # what stands there beside paths, with its number


def read(text: str, shown: str) -> Allowlist:
    """Read a configuration of gitleaks."""
    patterns, left, others = dict[str, None](), dict[str, None](), dict[str, int]()
    try:
        parsed = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads(text)
        for one in (*_listed(parsed.get("allowlist", [])), *_listed(parsed.get("allowlists", []))):
            for path in one.get("paths", ()):
                made = list(_patterns(path)) if _is_alone(one) else []
                patterns |= dict.fromkeys(made)
                left |= {} if made else {path: None}
            others |= {name: others.get(name, 0) + len(one.get(name, ())) for name in _OTHERS}
        others["rules"] = len(parsed.get("rules", ()))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise SettingsError(f"{named(shown)} is no configuration of gitleaks.") from None
    return Allowlist(tuple(patterns), tuple(left), tuple(one for one in others.items() if one[1]))


def _is_alone(one: Mapping[str, Any]) -> bool:
    """Tell whether a path is enough for a list, whatever is found there."""
    whole = one.get("condition", "OR") == "OR" or not any(one.get(name) for name in _OTHERS)
    return whole and not one.get("targetRules")


def _listed(found: Any) -> list[Mapping[str, Any]]:
    return [found] if isinstance(found, dict) else list(found)


def _patterns(expression: str) -> Iterator[str]:
    """Yield what together fits the paths in which an expression is found; nothing where that cannot be said."""
    choices = _CHOICE.split(expression)
    options = [one.split("|") if number % 2 else [one] for number, one in enumerate(choices)]
    together = list(product(*options)) if len(options) < 2 * _MOST else []
    made = [_pattern("".join(words)) for words in together[: _MOST + 1]]
    if len(made) <= _MOST and all(made):
        yield from filter(None, made)


def _pattern(expression: str) -> str:
    """Return the pattern that fits the same paths as an expression without choices, or ''."""
    head, rest = _head(expression)
    rest, ends = _ENDS.subn("", rest)
    if found := re.search(rf"(?:{_ANYTHING.pattern})\Z", rest):
        rest, ends = rest[: found.start()], 0
    words, place = [], 0
    while place < len(rest):
        token = _TOKEN.match(rest, place)
        if token is None:
            return ""
        kind, place = token.lastgroup or "", token.end()
        words.append(_WAYS.get(kind) or _escaped(token[kind]))
    body = "".join(words)
    if not body.strip("*?/") or (ends and body.endswith("/")) or f"{head}{body}".startswith("//"):
        return ""  # it fits everything, or no file
    return head + body + ("" if ends or body.endswith("/") else "*")


def _head(expression: str) -> tuple[str, str]:
    """Return how the pattern begins, and the expression behind its beginning."""
    if found := _BOUNDARY.match(expression):
        return "**/", expression[found.end() :]
    begin = _BEGINS.match(expression)
    rest = expression[begin.end() :] if begin else expression
    if found := _ANYTHING.match(rest):
        begin, rest = None, rest[found.end() :]
    return ("/" if begin else "**/*"), rest


def _escaped(character: str) -> str:
    return f"\\{character}" if character in "*?[]\\" else character
