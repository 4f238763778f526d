r"""How notations write signs that mean something to them, so that the value found is the value that is used.

    Harbor$$9      a compose file or a Makefile: a sign that stands for one when it is doubled
    Harbor\!9      properties and shell, as PowerShell's backtick: a sign before any other
    Harbor%409     an address: signs by their numbers

And strings that go on behind a closing quote, as in shell and in SQL.
"""

from __future__ import annotations

import html
import posixpath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from keyguard.expressions import regex_expression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Escapes(NamedTuple):
    """What a notation undoes in its values."""

    doubled: str = ""  # a sign that is doubled wherever it stands for itself
    quotes: str = ""  # quotes that are doubled within a string of theirs
    raw: str = ""  # quotes in which a backslash is one
    before: str = ""  # what stands before any other sign of a value without quotes
    backtick: bool = False  # what stands so in double quotes is a backtick


NONE = Escapes()
_SHELL = Escapes(raw="'", before="\\")
_PERCENT = Escapes(doubled="%", raw="'")
_BY_ENDING: dict[str, Escapes] = {
    ending: escapes
    for endings, escapes in (
        ("sh bash zsh ksh curl dockerfile envrc", _SHELL),
        ("fish", Escapes(before="\\")),
        ("env", Escapes(raw="'")),
        ("yml yaml", Escapes(quotes="'", raw="'")),
        ("ini cfg conf service timer socket bat cmd", _PERCENT),
        ("mk make makefile gnumakefile", Escapes(doubled="$", raw="'")),
        ("properties", Escapes(before="\\")),
        ("ps1 psm1", Escapes(quotes="'\"", raw="'", backtick=True)),
        ("sql pas dpr", Escapes(quotes="'")),
        ("vb vbs bas cls frm", Escapes(quotes='"', raw='"')),
        ("toml", Escapes(raw="'")),
        ("go", Escapes(raw="`")),
    )
    for ending in endings.split()
}
_COMPOSE = regex_expression(r"(?:docker-|podman-)?compose[\w.-]*\.ya?ml(?:\.\w+)?|docker-stack[\w.-]*\.ya?ml")
_SHELL_GOES_ON = regex_expression(r"(?:\\'|\"'\")(?:'([^'\n]*+)')?")
_JOINT = regex_expression(r"'\\''|'\"'\"'|(')'|(\")\"")
_DOUBLED = {quote: regex_expression(f"{quote}([^{quote}\n]*+){quote}") for quote in "'\""}
_BACKSLASH = regex_expression(r"\\([^\w\t\r\n])")
_AFTER_BACKTICK = regex_expression(r"(?<=(?<!`)`(?:``){0,8}\")([^\"\n]*+)\"")
_BACKTICK = regex_expression(r"`([$`\"'#])")
_JOINS = "\\'\""
_LONGEST = 4096  # code points of a string that is put together


def escapes_of(path: str) -> Escapes:
    """Tell from a path what its notation undoes."""
    name = posixpath.basename(path).lower()
    if _COMPOSE.fullmatch(name):
        return Escapes(doubled="$", quotes="'", raw="'")
    return _BY_ENDING.get(name.rpartition(".")[2], NONE)


def goes_on(text: str, at: int, quote: str, *, doubles: bool, limit: int, backtick: bool = False) -> tuple[str, int]:
    """Return what a string holds behind its closing quote, and where it ends; nothing, and `at`, for most."""
    if not backtick and text[at : at + 1] not in _JOINS:
        return "", at
    pieces: list[str] = []
    end = min(limit, at + _LONGEST)
    while at < end:
        if quote == "'" and (found := _SHELL_GOES_ON.match(text, at, end)):
            pieces.append("'" + (found[1] or ""))
        elif (doubles and (found := _DOUBLED[quote].match(text, at, end))) or (
            backtick and quote == '"' and (found := _AFTER_BACKTICK.match(text, at, end))
        ):
            pieces.append(quote + found[1])
        else:
            break
        at = found.end()
    return "".join(pieces), at


def has_joint(raw: str) -> bool:
    """Say whether a string goes on behind a closing quote."""
    return _JOINT.search(raw) is not None


def joints_undone(raw: str) -> tuple[str, list[int]]:
    """Return what such a string holds, and where each character began, and the end."""
    pieces: list[str] = []
    offsets: list[int] = []
    position = 0
    for found in _JOINT.finditer(raw):
        pieces += [raw[position : found.start()], found[1] or found[2] or "'"]
        offsets += range(position, found.start() + 1)
        position = found.end()
    return "".join([*pieces, raw[position:]]), [*offsets, *range(position, len(raw) + 1)]


def undone(value: str, escapes: Escapes, *, quoted: bool, in_address: bool = False) -> str:
    """Return a value as it is used."""
    if in_address and "%" in value:
        return unquote(value, errors="surrogateescape")
    sign = escapes.doubled
    if sign and sign * 2 in value and sign not in value.replace(sign * 2, ""):
        value = value.replace(sign * 2, sign)
    if escapes.before and not quoted:
        value = without_backslashes(value)
    return value


def without_backslashes(text: str) -> str:
    """Undo backslashes before signs."""
    return _BACKSLASH.sub(r"\1", text) if "\\" in text else text


def without_backticks(text: str) -> str:
    """Undo backticks before the signs that mean something in double quotes."""
    return _BACKTICK.sub(r"\1", text) if "`" in text else text


_SIGNS = frozenset("\\&'\"$%`")  # without one of them a text is what it stands for
_READINGS: tuple[Callable[[str], str], ...] = (
    html.unescape,
    lambda text: text.replace("'\\''", "'").replace("'\"'\"'", "'"),
    lambda text: text.replace("''", "'"),
    lambda text: text.replace('""', '"'),
    lambda text: text.replace("$$", "$"),
    lambda text: text.replace("%%", "%"),
    without_backslashes,
    without_backticks,
    lambda text: unquote(text, errors="surrogateescape"),
)


def readings(written: str, unescape: Callable[[str], str], steps: int = 2) -> Iterator[str]:
    """Yield what a text may stand for, in whatever notation: itself, or with so many ways of writing undone."""
    yield written
    if _SIGNS.isdisjoint(written):
        return
    seen, last = {written}, [written]
    for _ in range(steps):
        undone_once = (undo(text) for text in last for undo in (unescape, *_READINGS))
        last = []
        for text in undone_once:
            if text not in seen:
                seen.add(text)
                last.append(text)
                yield text
