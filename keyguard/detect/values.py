"""Questions about a value alone: whether it is made up, a reference, a placeholder, or fit for a passphrase."""

from __future__ import annotations

import base64
import binascii
import itertools
from collections import Counter
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_WORD = regex.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_a-zA-Z]+")
_BLANK_TO_FILL = regex.compile(r"<[\w :|.-]+>")
_ENVIRONMENT_NAME = regex.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_DOTTED = regex.compile(r"[\w$]+(?:\.[A-Za-z_]\w*)+")
_EXPRESSION = regex.compile(
    r"[\w$]+(?:\.[A-Za-z_]\w*)+\(.*|[\w$.]+\([^()]*\)(?:\.\w+)*|\{[^}]*\}.*|.*(?:%s|%\(\w+\)s|\{\w*\}).*|[./~]{1,2}/.*|/\w+/.*"
)


def looks_made_up(digits: str) -> bool:
    """Say whether hex digits were typed or counted rather than drawn: runs, sequences, repeats, few symbols.

    The bounds fail one random value of 128 bits in some ten thousand.
    """
    text = "".join(filter(str.isalnum, digits)).lower()
    counts = Counter(text)
    if len(counts) < 8 or max(counts.values()) > len(text) * 0.34:
        return True
    codes = [int(symbol, 36) for symbol in text]
    return (
        _longest_run(codes, 0) >= 6
        or _longest_run(codes, 1) >= 6
        or _longest_run(codes, -1) >= 6
        or (_longest_run(codes[::2], 1) >= 4 and _longest_run(codes[1::2], 1) >= 4)
        or _repeats(text)
        or sum(code == after for code, after in itertools.pairwise(codes)) >= 10
    )


def _longest_run(codes: list[int], step: int) -> int:
    longest = run = 1
    for before, code in itertools.pairwise(codes):
        # '9' is followed by '0' as people count, and by 'a' as hex does.
        follows = code == before + step or (step == 1 and (before, code) == (9, 0))
        run = run + 1 if follows else 1
        longest = max(longest, run)
    return longest


def _repeats(text: str) -> bool:
    return any(
        sum(a == b for a, b in zip(text, text[period:], strict=False)) >= 0.8 * (len(text) - period)
        for period in range(1, len(text) // 2 + 1)
    )


def is_reference(value: str, marks: Iterable[str]) -> bool:
    """Say whether a text tells where the value is (a variable, a vault, an expression) instead of being it."""
    lower = value.lower()
    if any(mark in lower for mark in marks) or (lower.startswith(("$", "!", "%env", "&")) and len(lower) > 1):
        return (
            lower[:1] not in "$!&"
            or any(mark in lower for mark in marks)
            or bool(regex.fullmatch(r"[$!&%]\w+%?", lower) and not regex.search(r"\d", lower))
        )
    if regex.fullmatch(r"%\w+%", value):
        return True  # a variable of a batch file
    if _DOTTED.fullmatch(value) and character_classes(value) < 4:
        return True  # config.okx.passphrase
    return _ENVIRONMENT_NAME.fullmatch(value) is not None or _EXPRESSION.fullmatch(value) is not None


def is_placeholder(value: str, marks: Iterable[str]) -> bool:
    """Say whether a text asks to be replaced, however it goes on: `your_...`, `<...>`, `xxxx`, `****`."""
    return is_blank(value) or any(mark in value.lower() for mark in marks)


def is_blank(value: str) -> bool:
    """Say whether a text is a blank to be filled, without a word: `<...>`, `xxxx`, `****`."""
    lower = value.lower()
    if len(set(lower)) <= 2 or (value[:1] in "<[{" and value[-1:] in ">]}") or _BLANK_TO_FILL.search(value):
        return True
    return regex.search(r"([x*.\u2022_#?-])\1{3}", lower) is not None


def holds_own_word(value: str, words: Collection[str]) -> bool:
    """Say whether a word of three letters or more in a text is none of `words`."""
    return any(len(word) > 2 and word.isalpha() and word.lower() not in words for word in _WORD.findall(value))


def is_made_of(value: str, words: Collection[str]) -> bool:
    """Say whether every word of a text is one of `words`; digits do not count."""
    found = _WORD.findall(value)
    return bool(found) and all(word.isdigit() or len(word) == 1 or word.lower() in words for word in found)


def character_classes(value: str) -> int:
    """Count the classes that a passphrase must mix since 2021: digits, upper case, lower case, others."""
    return (
        any(c.isdigit() for c in value)
        + any(c.isupper() for c in value)
        + any(c.islower() for c in value)
        + any(not c.isalnum() for c in value)
    )


def unwrap_base64(value: str) -> str | None:
    """Return the printable ASCII text that a value is the base64 form of, without a final line end; else None."""
    if len(value) < 8 or len(value) % 4:
        return None
    try:
        text = base64.b64decode(value, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    text = text.rstrip("\r\n")
    return text if text.isprintable() and text else None
