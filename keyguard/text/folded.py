r"""Folds expressions of constants: values that a program or a configuration puts together of texts which stand in it.

    HEAD = "0f3c..."                      what a name stands for, wherever in the text
    f"{HEAD}-17aa"  "${HEAD}-17aa"        templates
    HEAD + "-17aa"  $head . '-17aa'       operators
    "-".join(GROUPS)  implode('', $a)     lists that are joined
    format("%s%s", HEAD, TAIL)            formats
    "0f3c" & Chr(45) & "17aa"             signs by their numbers
    concat!("0f3c", "-17aa")              calls that do nothing but put together

No language's grammar is known, and nothing is run: an expression of which a piece is not known stays as it is, and so
does one whose name is given two values.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from itertools import islice, takewhile
from typing import TYPE_CHECKING, NamedTuple

from keyguard.expressions import expression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keyguard.text.spelled import Edit

# Of eight signs and more; digits alone are times, prices and the numbers of issues.
_WITH_LETTER = "|".join(
    (*("[0-9]" * n + f"[A-F][0-9A-F]{{{7 - n},{27 - n}}}" for n in range(8)), "[0-9]{8,27}[A-F][0-9A-F]{0,19}")
)
_STARTS = (
    (r"""[=:"'`{(]""", r"""\s?[0-9a-f]{8}(?:-[0-9a-f]{4}){1,3}(?:-[0-9a-f]{0,11})?["'`\s{$#%\\})]"""),
    (r"""["'`})=]""", r"""(?:[0-9a-f]{0,7}-)?(?:[0-9a-f]{4}-){1,3}[0-9a-f]{12}["'`})\s]"""),
    (r"""["'`{(}]""", f"(?:{_WITH_LETTER})" + r"""["'`})\\${]"""),
    (r"""["']""", r"""[0-9a-f]{8}["'],\s*["'][0-9a-f]{4}["'],"""),
)
_SIGN_BY_NUMBER = r"(?:[cC]hrW?\$?|fromCharCode|CHR|CHAR)\([1-9]\d{1,2}\)"
GATES = (*(before + found for before, found in _STARTS), _SIGN_BY_NUMBER)
"""What a text holds at the least in which a key or a secret stands in pieces; for Hyperscan."""

_SIGN_CALLED = expression(rf"(?:String\.)?{_SIGN_BY_NUMBER}".encode())
_GATES = expression(
    rf"""[=:"'`(){{}}](?=[\s0-9a-fA-F-])(?:{"|".join(f"(?<={before}){found}" for before, found in _STARTS)})""".encode()
)
_SITES = 20_000  # of one text
_SHORT, _LONG, _ONE_IN = 1024, 8192, 8  # bytes of a part, and of how many lines one ends it
_AHEAD = 1024  # bytes behind a part in which what begins in it may end
_MOST_KEPT = 100_000  # definitions and sites
_DEEPEST = 5
_MOST_ITEMS = 64
_SHORTEST, _LONGEST = 8, 256

_QUOTED = (  # or a text in quotes within quotes
    r"""(?P<prefix>[fFrRbBuULs$@]{0,2})(?P<quote>["'`])(?P<inner>\\["'])?(?P<text>(?:[^"'`\\\n]|\\\(){0,200})"""
    r"""(?(inner)\\["'])(?P=quote)"""
)
_OPERATED = r"""q[qw]?(?:\{(?P<q1>[^{}\n]{0,200})\}|\((?P<q2>[^()\n]{0,200})\)|\[(?P<q3>[^\[\]\n]{0,200})\])"""
_STRING = expression(f"{_QUOTED}|{_OPERATED}".encode())
_WORDS = expression(rb"(?:%w|qw)[\[({]([^\])}\n]{0,1000})[\])}]")
_PATH = rb"(?:new\s+)?[$@&]{0,2}(?:[A-Za-z_]\w{0,63}(?:\.|::|->|\?\.)){0,4}(?P<name>[A-Za-z_]\w{0,63})"
_NAME = expression(_PATH)
_TYPE_NAME = (
    rb"(?:&|new\s+)?(?:\[\d*\])?[A-Za-z_][\w.]{0,63}(?:<\w{1,40}>)?!?(?:\[\d*\])?\s*(?=[\[{])"
    rb"|&(?=\[)|\[\]\w{1,40}(?=\{)"
)
_TYPE = expression(_TYPE_NAME)
_BLANKS = expression(rb"(?:\s|\\\r?\n){0,200}")
_OPERATOR = expression(rb"(?:\+\+?|[\^*]|\.\.(?!\.)|\.(?=\s*[\"'`$q]|\s)|&|<>|<<|~|\|\|)(?!=)")
_METHODS = frozenset((b"join", b"joinToString", b"joined", b"mkString", b"concat", b"append", b"format"))
_METHOD_NAME = rb"(?:\.|::|->)(?P<name>" + b"|".join(sorted(_METHODS)) + rb")(?!\w)"
_METHOD = expression(_METHOD_NAME + rb"\s*(?P<opens>\()?")
_OPENS = expression(rb"!?\s?\(")
_PERCENT = expression(rb"\s*%\s*(?=[(\w])")
_MIXED = expression(rb"\"'(?=[^'\s])|'\"(?=[^\"\s])")  # 'a'"b" of shells
_COMMA = expression(rb"[ \t]{0,20},[ \t]{0,20}")
_FORMAT = expression(rb"\s{0,20}-f\s{1,20}")
_JOIN = expression(rb"-join\s{0,20}(?=@?\()@?")
_CLOSES = {b"(": b")", b"[": b"]", b"{": b"}"}
_LIST = expression(rb"[\[{]|(?!q[qw]?[{(\[])" + _TYPE_NAME)
_CALLED_OF_LIST = expression(rb"[\]})](?:(?:\s|\\\r?\n){0,200}" + _METHOD_NAME + rb"|\s{0,20}-join\b)")
_JOINED_BY = expression(rb"\s{0,20}-join\s{1,20}")
_KEYWORD = expression(rb"[A-Za-z_]\w{0,40}\s*(?:=(?!=)|:(?!:))\s*")

_INTERPOLATED = expression(
    rb"\$\{\s*(?P<a>[\w.:>-]{1,100})\s*\}|\#\{\s*(?P<b>[\w.@]{1,100})\s*\}|\\\(\s*(?P<c>[\w.]{1,100})\s*\)"
    rb"|\$(?P<d>[A-Za-z_]\w{0,63})|\{\s*\$?(?P<e>[A-Za-z_][\w.]{0,100})\s*\}|%(?P<f>[A-Za-z_]\w{0,63})%"
    rb"|\$\((?P<g>[A-Za-z_]\w{0,63})\)|%\((?P<h>[A-Za-z_]\w{0,63})\)s"
)
_NAMED = expression(rb"\{(?P<name>[A-Za-z_]\w{0,63})\}")
_PLACE = expression(rb"%[sv]|\{(?P<number>\d{0,2})\}")
_LAST = expression(rb".*(?:\.|::|->)")

# What stands behind a name is asked first: most words of a text are not defined, and the rest is tried at few of them.
_DEFINED = expression(
    rb"(?<![\w-])(?P<name>[A-Za-z_]\w{0,63})(?=[\"' \t\]:=<])[\"']?\]?[ \t]{0,20}(?=[:=<])"
    rb"(?::[ \t]?[&'\w<>\[\]; .]{1,40})?[ \t]{0,20}"
    rb"(?::=|=>|<-|=(?![=>~])|:(?![:=]))[ \t]{0,20}(?=(?P<bare>[^\s\"'`;,(){}\[\]]{2,200}[ \t]{0,20}(?:[\r\n]|$))?)"
)
_SITE = expression(  # begins with one of a few signs, which is looked for twice as fast
    rb"[=:(,\[+<{r](?:(?<==)>?|(?<=<)-|(?<=[:(,\[+])|(?<=\{)(?<![$#]\{)|(?<=r)(?<!\wr)eturn\b)\s{0,200}"
    rb"(?=\+?[fFrRbBuULs$@&]{0,2}[\"'`]|-join\b|q[qw]?[{(\[]|[\[(]\s{0,200}[\"']|[$@&]{0,2}[A-Za-z_])"
)
_PLAIN = expression(  # a text or a name that nothing is put to
    rb"[bBrRuUL@]?(?:\"[^\"\\\n{}$%#]{0,200}\"|'[^'\\\n{}$%#]{0,200}')\s{0,200}"
    rb"(?:[^\s+.&<~|:%\"'`\\-]|:(?!:)|-(?![>f]))"
    rb"|[A-Za-z_]\w{0,100}\s{0,200}[,;)\]}]"
)
_NAME_ALONE = expression(  # or one that is called; nothing of what a list or a text begins with
    rb"(?!q[qw]?[{(\[]|new\s)"
    + _PATH
    + rb"(?:(?P<call>!?\s?\()|\s{1,200}(?![\s\[{])|!=|(?!::|->|\?\.|[\s<!\[{.\w\"'`(]))"
)
_BARE = expression(
    rb"(?<=[=:])[ \t]{0,20}(?P<text>[^\s\"'`;,(){}\[\]]{0,100}"
    rb"(?:\$\{\w{1,64}\}|\$\w{1,64}|%\w{1,64}%|\$\(\w{1,64}\)|%\(\w{1,64}\)s)"
    rb"(?:[^\s\"'`;,()]|[$%]\(\w{1,64}\)){0,100})(?=\s|$)"
)


class _Piece(NamedTuple):
    """A stretch of a value, and where it stands if that is in the expression itself."""

    text: bytes
    span: tuple[int, int] | None = None


_Text = tuple[_Piece, ...]
_Value = _Text | list[_Text]


def edits(raw: bytes) -> Iterator[Edit]:
    """Yield what of UTF-8 bytes stands for a value that is put together."""
    if _GATES.search(raw) or _SIGN_CALLED.search(raw):
        yield from _Folding(raw).edits()


def _bytes(text: _Text) -> bytes:
    return b"".join(piece.text for piece in text)


class _Part(NamedTuple):
    """What some lines hold, by offsets within them."""

    definitions: list[tuple[bytes, int, bytes]]  # a name, where its value begins, and that where it is bare
    sites: list[tuple[int, int, bytes, bool]]  # its number, its place, the one name that it begins with, and a list
    passed: int  # the number of all sites, those at which nothing can be put together too
    bare: list[tuple[int, int]]
    calls_lists: bool


class _Parts:
    """What parts of texts hold, remembered: the versions of a file share nearly all of them."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, int], _Part] = {}
        self._kept = 0

    def of(self, raw: bytes) -> Iterator[tuple[int, _Part]]:
        """Yield the parts of a text, and where they begin."""
        start = 0
        while start < len(raw):
            end = _end_of_part(raw, start)
            yield start, self._part(raw[start : end + _AHEAD], end - start)
            start = end

    def _part(self, lines: bytes, size: int) -> _Part:
        key = hashlib.blake2b(lines, digest_size=16).digest(), size
        part = self._known.get(key)
        if part is None:
            part = _read(lines, size)
            self._kept += 1 + len(part.definitions) + len(part.sites) + len(part.bare)
            if self._kept > _MOST_KEPT:
                self._known.clear()
                self._kept = 0
            self._known[key] = part
        return part


_PARTS = _Parts()


def _end_of_part(raw: bytes, start: int) -> int:
    """Return where a part ends: behind a line that says so, so that a change moves the bounds near it alone."""
    end = start + _SHORT
    while end < len(raw):
        end = raw.find(b"\n", end) + 1 or len(raw)
        if end - start >= _LONG or zlib.crc32(raw[end - 32 : end]) % _ONE_IN == 0:
            return end
    return len(raw)


def _read(lines: bytes, size: int) -> _Part:
    """Read lines up to a size; what stands behind them is there for what begins in them."""
    definitions = [(hit["name"], hit.end(), (hit["bare"] or b"").strip()) for hit in _begun(_DEFINED, lines, size)]
    sites: list[tuple[int, int, bytes, bool]] = []
    count = 0
    for count, hit in enumerate(_begun(_SITE, lines, size), 1):
        at = hit.end()
        name = None if _PLAIN.match(lines, at) else _name_at(lines, at)
        if name is not None:
            sites.append((count - 1, at, name, not name and _LIST.match(lines, at) is not None))
    bare = [hit.span("text") for hit in _begun(_BARE, lines, size)]
    called = next(_begun(_CALLED_OF_LIST, lines, size), None)
    return _Part(definitions, sites, count, bare, called is not None)


def _begun(pattern: re.Pattern[bytes], lines: bytes, size: int) -> Iterator[re.Match[bytes]]:
    return takewhile(lambda hit: hit.start() < size, pattern.finditer(lines))


def _name_at(lines: bytes, at: int) -> bytes | None:
    """Return the name that an expression is or begins with, an empty one for anything else.

    None is for calls of what puts nothing together.
    """
    found = _NAME_ALONE.match(lines, at)
    if found is None or found["name"] in _METHODS:
        return b""
    if found["call"]:
        return b"" if found["name"].lower() in _FUNCTIONS else None
    return found["name"]


class _Folding:
    """One text: the names in it, and its expressions."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._parts = list(_PARTS.of(raw))
        self._sites: dict[bytes, list[tuple[int, bytes]]] = {}
        self._known: dict[bytes, _Value | None] = {}
        self._is_folded = False  # something was put together since the expression began
        named = ((name, start + at, bare) for start, part in self._parts for name, at, bare in part.definitions)
        for name, at, bare in islice(named, _SITES):
            self._sites.setdefault(name, []).append((at, bare))

    def edits(self) -> Iterator[Edit]:
        """Yield the expressions' values in place of what they are."""
        last = 0
        for at in self._beginnings():
            if at < last:
                continue
            self._is_folded = False
            value, end = self._expression(at, 0)
            if self._is_folded and isinstance(value, tuple) and _is_value(_bytes(value)):
                yield from _replaced(value, at, end)
                last = end
        for start, end in self._bare():
            value = self._interpolated(self._raw[start:end], start, _INTERPOLATED, 0)
            if value and sum(bool(piece.text) for piece in value) > 1 and _is_value(_bytes(value)):
                yield from _replaced(value, start, end)

    def _bare(self) -> Iterator[tuple[int, int]]:
        """Yield where values stand without quotes that are templates."""
        for begin, part in self._parts:
            yield from ((begin + start, begin + end) for start, end in part.bare)

    def _beginnings(self) -> Iterator[int]:
        """Yield where expressions begin to which something may be put.

        Nearly all begin with a name that stands for nothing, or are lists of which nothing is called.
        """
        calls_lists = any(part.calls_lists for _, part in self._parts)
        left = _SITES
        for start, part in self._parts:
            for number, at, name, is_list in part.sites:
                is_unknown = name and (name not in self._sites or self._lookup(name, 0) is None)
                if number < left and (calls_lists or not is_list) and not is_unknown:
                    yield start + at
            left -= part.passed

    # --- names

    def _lookup(self, name: bytes, depth: int) -> _Value | None:
        """Return what a name stands for; None where that is not known, or more than one thing."""
        if name not in self._known:
            self._known[name] = None  # while it is looked for, it stands for nothing
            folded = self._is_folded
            values = [self._defined(*site, depth + 1) for site in self._sites.get(name, ())[:4]]
            self._is_folded = folded
            told = [value for value in values if value is not None]
            if told and len(told) == len(values) and all(_same(value, told[0]) for value in told):
                self._known[name] = _elsewhere(told[0])
        return self._known[name]

    def _defined(self, at: int, bare: bytes, depth: int) -> _Value | None:
        value, end = self._expression(at, depth)
        if value is not None and self._raw[end : end + 1] not in b".([":
            return value
        is_word = _NAME.fullmatch(bare) is not None and self._raw[at - 1 : at] in b" \t"
        return (_Piece(bare),) if bare and not is_word and b"$" not in bare else None

    def _word(self, name: bytes) -> _Value | None:
        """Return the one word that make takes for a name's value; in most languages it would be a name too."""
        words = {bare for _, bare in self._sites.get(name, ())}
        return (_Piece(words.pop()),) if len(words) == 1 and b"" not in words else None

    # --- expressions

    def _expression(self, at: int, depth: int) -> tuple[_Value | None, int]:
        """Return the value of an expression and where it ends."""
        value, end = self._term(at, depth)
        size = 0
        while value is not None and size < _MOST_ITEMS:
            behind = self._joint(end)
            if behind < 0 or isinstance(value, list):
                break
            more, behind = self._term(behind, depth)
            if not isinstance(more, tuple):
                return None, end  # a part of it is not known
            self._is_folded |= any(piece.span is None for piece in (*value, *more))
            value, end, size = (*value, *more), behind, size + 1
            if len(_bytes(value)) > _LONGEST:
                return None, end
        return value, end

    def _joint(self, end: int) -> int:
        """Return where the next operand begins: behind an operator, or at a string in other quotes; -1 for none."""
        raw = self._raw
        sign = _OPERATOR.match(raw, _behind_blanks(raw, end))
        if sign is not None:
            self._is_folded |= sign[0] == b"<<"
            return _behind_blanks(raw, sign.end())
        if _MIXED.match(raw, end - 1):
            self._is_folded = True
            return end
        return -1

    def _term(self, at: int, depth: int) -> tuple[_Value | None, int]:
        if depth > _DEEPEST:
            return None, at
        value, end = self._first(at, depth)
        while value is not None and (method := _METHOD.match(self._raw, _behind_blanks(self._raw, end))):
            arguments, behind = self._arguments_of(method, depth)
            if arguments is None:
                return None, end
            value, end = self._called(method["name"].lower(), value, arguments), behind
        if isinstance(value, list) and (sign := _JOINED_BY.match(self._raw, end)):
            between, end = self._first(sign.end(), depth)
            self._is_folded = True
            return _joined(_Arguments([value, between])) if isinstance(between, tuple) else None, end
        if isinstance(value, tuple) and (sign := _FORMAT.match(self._raw, end)):
            return self._listed(value, sign.end(), depth)
        if isinstance(value, tuple) and (sign := _PERCENT.match(self._raw, end)):
            return self._percent(value, sign.end(), depth)
        return value, end

    def _first(self, at: int, depth: int) -> tuple[_Value | None, int]:
        raw = self._raw
        at += raw[at : at + 1] == b"+"  # Ruby's, of a string that may be changed
        if words := _WORDS.match(raw, at):
            return [(_Piece(word),) for word in words[1].split()[:_MOST_ITEMS]], words.end()
        if join := _JOIN.match(raw, at):
            value, end = self._list(join.end(), depth)
            self._is_folded |= value is not None
            return _joined(_Arguments([value])) if value is not None else None, end
        if called := _SIGN_CALLED.match(raw, at):
            sign = int(called[0].rpartition(b"(")[2][:-1])
            return ((_Piece(bytes([sign])),) if sign < 127 else None), called.end()
        if string := _STRING.match(raw, at):
            return self._string(string, depth), string.end()
        typed = _TYPE.match(raw, at)
        if raw[at : at + 1] in _CLOSES or typed:
            return self._list(typed.end() if typed else at, depth)
        word = _NAME.match(raw, at)
        return self._named_term(word, at, depth) if word else (None, at)

    def _named_term(self, word: re.Match[bytes], at: int, depth: int) -> tuple[_Value | None, int]:
        """Return what a name stands for, or what a call of it gives."""
        method = _METHOD.match(self._raw, _dot(self._raw, word.start("name")))
        receiver = _NAME.fullmatch(self._raw, at, method.start()) if method else None
        known = self._lookup(receiver["name"], depth) if receiver else None
        if known is not None and method is not None:
            return known, method.start()  # GROUPS.join("-")
        opens = _OPENS.match(self._raw, word.end())
        if opens is None:
            return self._lookup(word["name"], depth), word.end()
        put = _FUNCTIONS.get(word["name"].lower())
        return self._function(opens.end() - 1, put, depth) if put else (None, at)

    def _function(self, at: int, put: Callable[[_Arguments], _Value | None], depth: int) -> tuple[_Value | None, int]:
        arguments, end = self._arguments(at, depth)
        if arguments is not None and put is _formatted:
            arguments = self._named(arguments, depth)
        value = put(arguments) if arguments is not None else None
        self._is_folded |= value is not None and not isinstance(value, list) and put is not _converted
        return value, end

    def _named(self, arguments: _Arguments, depth: int) -> _Arguments | None:
        """Fill the places of a template that name what stands there: format!("{head}-{}", tail)."""
        template = arguments.values[0] if arguments.values else None
        if not isinstance(template, tuple) or len(template) != 1 or template[0].span is None:
            return arguments
        filled = self._interpolated(template[0].text, template[0].span[0], _NAMED, depth)
        return arguments._replace(values=[filled, *arguments.values[1:]]) if filled else None

    def _list(self, at: int, depth: int) -> tuple[_Value | None, int]:
        arguments, end = self._arguments(at, depth)
        if arguments is None or any(isinstance(one, list) for one in arguments.values):
            return None, end
        texts = [one for one in arguments.values if isinstance(one, tuple)]
        if self._raw[at : at + 1] == b"(" and len(texts) == 1 and not arguments.is_trailing:
            return texts[0], end
        return texts, end

    def _arguments(self, at: int, depth: int) -> tuple[_Arguments | None, int]:
        """Return what stands in brackets, and where they end; None where a part of it is not known."""
        close, values, separator = _CLOSES[self._raw[at : at + 1]], list[_Value](), None
        at = _behind_blanks(self._raw, at + 1)
        trailing = False
        while self._raw[at : at + 1] != close:
            keyword = _KEYWORD.match(self._raw, at)
            value, at = self._expression(keyword.end() if keyword else at, depth + 1)
            at = _behind_blanks(self._raw, at)
            if value is None or len(values) == _MOST_ITEMS or self._raw[at : at + 1] not in {close, b","}:
                return None, at
            if keyword and keyword[0].startswith((b"sep", b"collapse")):
                separator = value
            else:
                values.append(value)
            trailing = self._raw[at : at + 1] == b","
            at = _behind_blanks(self._raw, at + trailing)
        return _Arguments(values, separator, is_trailing=trailing), at + 1

    def _arguments_of(self, method: re.Match[bytes], depth: int) -> tuple[_Arguments | None, int]:
        if method["opens"]:
            return self._arguments(method.start("opens"), depth)
        return _Arguments([]), method.end("name")  # Ruby's

    def _called(self, method: bytes, value: _Value, arguments: _Arguments) -> _Value | None:
        self._is_folded = True
        if method in {b"join", b"jointostring", b"joined", b"mkstring"} or (
            isinstance(value, list) and not arguments.values
        ):
            between = [arguments.separator] if arguments.separator is not None else []
            return _joined(_Arguments([value, *arguments.values, *between]))
        if isinstance(value, list):
            return None
        if method == b"format":
            return _formatted(_Arguments([value, *arguments.values]))
        return _put_together(_Arguments([value, *arguments.values]))

    def _listed(self, template: _Text, at: int, depth: int) -> tuple[_Value | None, int]:
        """Put what stands behind PowerShell's -f into a template."""
        values: list[_Value] = [template]
        while len(values) < _MOST_ITEMS:
            value, at = self._first(at, depth)
            if value is None:
                return None, at
            values.append(value)
            comma = _COMMA.match(self._raw, at)
            if comma is None:
                break
            at = comma.end()
        self._is_folded = True
        return _formatted(_Arguments(values)), at

    def _percent(self, template: _Text, at: int, depth: int) -> tuple[_Value | None, int]:
        value, end = self._first(at, depth)
        if value is None:
            return None, end
        self._is_folded = True
        return _formatted(_Arguments([template, *(value if isinstance(value, list) else [value])])), end

    # --- strings

    def _string(self, found: re.Match[bytes], depth: int) -> _Text | None:
        group = next(name for name in ("text", "q1", "q2", "q3") if found[name] is not None)
        self._is_folded |= group != "text"
        text, start = found[group], found.start(group)
        if b"$" in text or b"#{" in text or b"\\(" in text or b"%(" in text or (b"{" in text and found["prefix"]):
            return self._interpolated(text, start, _INTERPOLATED, depth)
        return (_Piece(text, (start, start + len(text))),)

    def _interpolated(self, text: bytes, start: int, pattern: re.Pattern[bytes], depth: int) -> _Text | None:
        """Return a template with what its names stand for; None where one of them is not known."""
        pieces: list[_Piece] = []
        last = 0
        for found in pattern.finditer(text):
            name = _LAST.sub(b"", found[found.lastgroup or 0]).lstrip(b"@$")
            value = self._lookup(name, depth) or (self._word(name) if found.lastgroup == "g" else None)
            if not isinstance(value, tuple):
                return None
            pieces += [_Piece(text[last : found.start()], (start + last, start + found.start())), *value]
            last = found.end()
            self._is_folded = True
        return (*(piece for piece in pieces if piece.text), _Piece(text[last:], (start + last, start + len(text))))


# --- what calls do


class _Arguments(NamedTuple):
    values: list[_Value]
    separator: _Value | None = None
    is_trailing: bool = False


def _put_together(arguments: _Arguments) -> _Value | None:
    """Put texts one behind the other: concat(a, b), paste(a, b, sep="")."""
    between = arguments.separator or ()
    return None if isinstance(between, list) else _with_between(_texts(arguments.values), between)


def _converted(arguments: _Arguments) -> _Value | None:
    """Return a text as a string of its own: String::from("..")."""
    return _elsewhere(arguments.values[0]) if len(arguments.values) == 1 else None


def _pasted(arguments: _Arguments) -> _Value | None:
    return _put_together(arguments) if arguments.separator is not None else None  # else it puts blanks between


def _joined(arguments: _Arguments) -> _Value | None:
    """Join a list by a text, whichever stands first: implode('', $a), strings.Join(a, ""), String.join("", a, b)."""
    lists = [one for one in arguments.values if isinstance(one, list)]
    texts = [one for one in arguments.values if isinstance(one, tuple)]
    if len(lists) == 1 and len(texts) <= 1:
        return _with_between(lists[0], texts[0] if texts else ())
    return _with_between(texts[1:], texts[0]) if texts and not lists else None


def _formatted(arguments: _Arguments) -> _Value | None:
    """Put texts into the places of a template: format("%s-%s", a, b), "{}-{}".format(a, b)."""
    if not arguments.values or any(isinstance(one, list) for one in arguments.values):
        return None
    template, *texts = _texts(arguments.values)
    pieces: list[_Piece] = []
    count = 0
    for text, span in template:
        last = 0
        for place in _PLACE.finditer(text):
            number = int(place["number"]) if place["number"] else count
            if number >= len(texts):
                return None
            pieces += [_cut(text, span, last, place.start()), *_elsewhere_text(texts[number])]
            last, count = place.end(), count + 1
        pieces.append(_cut(text, span, last, len(text)))
    return tuple(pieces) if count or len(template) > 1 else None


def _cut(text: bytes, span: tuple[int, int] | None, start: int, end: int) -> _Piece:
    return _Piece(text[start:end], (span[0] + start, span[0] + end) if span else None)


_FUNCTIONS: dict[bytes, Callable[[_Arguments], _Value | None]] = {
    **dict.fromkeys(b"concat paste0 strcat stringbuilder stringbuffer".split(), _put_together),
    **dict.fromkeys(b"join implode concat_ws".split(), _joined),
    **dict.fromkeys(b"format sprintf".split(), _formatted),
    **dict.fromkeys(b"from chr chrw char fromcharcode".split(), _converted),
    **dict.fromkeys(
        b"arrayof listof of aslist c array list tuple seq".split(), lambda arguments: _texts(arguments.values)
    ),
    b"paste": _pasted,
}


def _texts(values: list[_Value]) -> list[_Text]:
    """Return the texts among values, and those of the lists among them."""
    return [text for one in values for text in (one if isinstance(one, list) else [one])]


def _with_between(texts: list[_Text], between: _Text) -> _Text:
    pieces: list[_Piece] = []
    for number, text in enumerate(texts):
        pieces += [*(_elsewhere_text(between) if number else ()), *text]
    return tuple(pieces)


def _elsewhere(value: _Value) -> _Value:
    return [_elsewhere_text(text) for text in value] if isinstance(value, list) else _elsewhere_text(value)


def _elsewhere_text(text: _Text) -> _Text:
    """Return a text as one that stands elsewhere than in the expression."""
    return (_Piece(_bytes(text)),)


def _same(one: _Value, other: _Value) -> bool:
    if isinstance(one, list) or isinstance(other, list):
        return isinstance(one, list) and isinstance(other, list) and list(map(_bytes, one)) == list(map(_bytes, other))
    return _bytes(one) == _bytes(other)


def _is_value(text: bytes) -> bool:
    return _SHORTEST <= len(text) <= _LONGEST and not re.search(rb"[\s\"'`\\]", text)


def _behind_blanks(raw: bytes, at: int) -> int:
    found = _BLANKS.match(raw, at)
    return found.end() if found else at


def _dot(raw: bytes, at: int) -> int:
    return at - (2 if raw[at - 2 : at] in {b"::", b"->"} else 1)


def _replaced(value: _Text, start: int, end: int) -> Iterator[Edit]:
    """Yield the edits that make a string of an expression; what stands in it keeps its place."""
    last, before = start, b'"'
    for piece in value:
        if piece.span is None or piece.span[0] < last:
            before += piece.text
        elif piece.text:
            yield last, piece.span[0], before
            last, before = piece.span[1], b""
    yield last, end, before + b'"'
