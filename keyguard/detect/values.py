"""Questions about a value alone: whether it is made up, a reference, a placeholder, or fit for a passphrase."""

from __future__ import annotations

import base64
import binascii
import itertools
from collections import Counter
from typing import TYPE_CHECKING

import regex

from keyguard.expressions import regex_expression

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

LEVELS = 2  # encodings of encodings of a single value
_HEX = regex_expression(r"[0-9a-f]+|[0-9A-F]+")
_WORD = regex_expression(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_a-zA-Z]+")
_BLANK_TO_FILL = regex_expression(r"<[\w :|.-]+>")
_ENVIRONMENT_NAME = regex_expression(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_FILLED = regex_expression(r"([x*.\u2022_#?-])\1{3,}")
_HOLDERS = regex_expression(r"\$?\{\w*\}|\$\(\w*\)")
_PLACES = regex_expression(r"\{\w*\}|%s")
_DOTTED = regex_expression(r"[\w$]+(?:\.[A-Za-z_]\w*)+")
_POSITION = regex_expression(r"[\w./\\-]+\.\w{1,8}:\d+(?::\d+)?")
_EXPRESSION = regex_expression(
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
    if _POSITION.fullmatch(value):
        return True  # src/client.py:12:9, as reports say it
    return _ENVIRONMENT_NAME.fullmatch(value) is not None or _EXPRESSION.fullmatch(value) is not None


def is_mostly_own(value: str, marks: Iterable[str]) -> bool:
    """Say whether a text that is shaped like a template is more than that: `Harbor{mill}57!x`, not `{prefix}-pass`."""
    rest = _PLACES.sub("", value)
    if len(rest) >= 8 and character_classes(rest) == 4 and not is_reference(rest, marks):
        return True
    return character_classes(value) == 4 and _is_more_than_place(value, marks)


def _is_more_than_place(value: str, marks: Iterable[str]) -> bool:
    """Say whether digits stand beside a place (`{Brace}9x!`), or marks in words of their own alone (`EnvFile:9!`)."""
    outside = _HOLDERS.sub("", value)
    lower = outside.lower()
    hits = [lower.find(mark) for mark in marks if mark in lower]
    if not all(at > 0 and lower[at - 1].isalnum() and lower[at].isalpha() for at in hits):
        return False
    is_beside = outside != value and len(outside) > 2 and any(map(str.isdigit, outside))
    return is_beside or bool(hits)


def has_more_than_blanks(value: str) -> bool:
    """Say whether a text is of all classes without the signs that fill a blank: `xxxxFire!92`."""
    rest = _FILLED.sub("", value)
    return rest != value and character_classes(rest) == 4 and not is_blank(rest)


def is_placeholder(value: str, marks: Iterable[str]) -> bool:
    """Say whether a text asks to be replaced, however it goes on: `your_...`, `<...>`, `xxxx`, `****`."""
    return is_blank(value) or any(mark in value.lower() for mark in marks)


def is_blank(value: str) -> bool:
    """Say whether a text is a blank to be filled, without a word: `<...>`, `xxxx`, `****`."""
    lower = value.lower()
    if len(set(lower)) <= 2 or (value[:1] in "<[{" and value[-1:] in ">]}") or _BLANK_TO_FILL.search(value):
        return True
    return _FILLED.search(lower) is not None


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


def decodings(value: str, depth: int = LEVELS) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the printable ASCII texts that a value is an encoding of, each with the encodings, the outermost first."""
    for name, decode in _DECODINGS.items():
        text = decode(value)
        if text:
            yield text, (name,)
            if depth > 1:
                yield from ((inner, (name, *via)) for inner, via in decodings(text, depth - 1))


def without_scheme(value: str) -> str:
    """Return what stands behind the name of an encoding: `base64:...`, as Laravel and others write keys."""
    return _SCHEME.sub("", value)


def decoded(value: str, via: Sequence[str]) -> str:
    """Return the text that a value is those encodings of, or nothing."""
    for name in via:
        value = _DECODINGS[name](value)
    return value


def encoded_sizes(low: int, high: int) -> frozenset[int]:
    """Return how long the encodings of texts of those lengths are, with or without a line end."""
    sizes = set(range(low, high + 2))
    found: set[int] = set()
    for _ in range(LEVELS):
        sizes = {size for length in sizes for size in _sizes(length)}
        found |= sizes
    return frozenset(found)


def _sizes(length: int) -> tuple[int, ...]:
    return (
        -(-length // 3) * 4,
        -(-length * 4 // 3),
        length * 2,
        length * 2 + 2,
        -(-length // 5) * 8,
        -(-length * 8 // 5),
    )


def _of_base64(value: str) -> str:
    value = without_scheme(value)
    digits = value.rstrip("=")
    if len(digits) < 6 or len(value) - len(digits) > 2 or len(digits) % 4 == 1:
        return ""
    padded = digits.translate(_URL_SAFE) + "=" * (-len(digits) % 4)
    try:
        return _printable(base64.b64decode(padded, validate=True))
    except (binascii.Error, ValueError):
        return ""


def _of_base32(value: str) -> str:
    digits = value.rstrip("=")
    if len(digits) < 12 or not digits.isupper():
        return ""
    try:
        return _printable(base64.b32decode(digits + "=" * (-len(digits) % 8)))
    except (binascii.Error, ValueError):
        return ""


def _of_hex(value: str) -> str:
    value = value.removeprefix("0x").removeprefix("\\x")
    if len(value) < 12 or len(value) % 2 or not _HEX.fullmatch(value):
        return ""
    return _printable(bytes.fromhex(value))


def _printable(data: bytes) -> str:
    text = data.decode("latin-1").rstrip("\r\n")
    return text if text.isascii() and text.isprintable() else ""


_SCHEME = regex_expression(r"^(?i:base64|b64):(?://)?(?=[\w+/-]{6})")
_URL_SAFE = str.maketrans("-_", "+/")
_DECODINGS = {"base64": _of_base64, "hex": _of_hex, "base32": _of_base32}
